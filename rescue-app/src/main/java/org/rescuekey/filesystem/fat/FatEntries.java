package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Puts the entries of one directory together, in their order: a long name stands in pieces before its file. For one directory. */
final class FatEntries {
    private static final int DELETED = 0xE5;
    /** Stands for a first letter that is the mark of what was deleted. */
    private static final int ESCAPED_E5 = 0x05;

    private static final int LONG_NAME = 0x0F;
    private static final int LABEL = 0x08;
    private static final int DIRECTORY = 0x10;
    private static final int LAST_PIECE = 0x40;
    private static final int PIECE_CHARS = 13;
    private static final int MAX_PIECES = 20;
    private static final int[] CHAR_OFFSETS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    private static final int LOWER_NAME = 0x08;
    private static final int LOWER_EXTENSION = 0x10;

    private final boolean wide;
    private final char[] longName = new char[MAX_PIECES * PIECE_CHARS];
    private int nextPiece;
    private int pieces;
    private int checksum;

    /** @param wide whether the volume has FAT32: with the others the upper half of a cluster's number means something else */
    FatEntries(boolean wide) {
        this.wide = wide;
    }

    /** What an entry is. */
    sealed interface Entry {}

    /** The rest of the directory was never used. */
    record End() implements Entry {}

    /** Nothing that stands for itself. */
    record Nothing() implements Entry {}

    /** A file or a directory; the short name is its only one where it has no other. */
    record File(String name, String shortName, boolean directory, long firstCluster, long sizeBytes) implements Entry {}

    /** Takes the next 32 bytes. */
    Entry take(ByteBuffer slice) {
        ByteBuffer entry = slice.order(ByteOrder.LITTLE_ENDIAN);
        int first = entry.get(0) & 0xFF;
        if (first == 0) {
            return new End();
        }
        int attributes = entry.get(11) & 0xFF;
        if (first == DELETED) {
            pieces = 0;
            return new Nothing();
        }
        if ((attributes & 0x3F) == LONG_NAME) {
            takePiece(entry, first);
            return new Nothing();
        }
        boolean isWhole = pieces > 0 && nextPiece == 0 && checksum == checksum(entry);
        String shortName = shortName(entry);
        String name = isWhole ? longName() : shortName;
        pieces = 0;
        if ((attributes & LABEL) != 0 || name.equals(".") || name.equals("..")) {
            return new Nothing();
        }
        long cluster = (entry.getShort(26) & 0xFFFFL) | (wide ? (entry.getShort(20) & 0xFFFFL) << 16 : 0);
        return new File(name, shortName, (attributes & DIRECTORY) != 0, cluster, entry.getInt(28) & 0xFFFF_FFFFL);
    }

    /** The last piece comes first. */
    private void takePiece(ByteBuffer entry, int order) {
        int number = order & 0x1F;
        if ((order & LAST_PIECE) != 0) {
            pieces = number >= 1 && number <= MAX_PIECES ? number : 0;
            nextPiece = pieces;
            checksum = entry.get(13) & 0xFF;
        }
        if (pieces == 0 || number != nextPiece || checksum != (entry.get(13) & 0xFF)) {
            pieces = 0;
            return;
        }
        for (int i = 0; i < PIECE_CHARS; i++) {
            longName[(number - 1) * PIECE_CHARS + i] = entry.getChar(CHAR_OFFSETS[i]);
        }
        nextPiece--;
    }

    private String longName() {
        int length = 0;
        while (length < pieces * PIECE_CHARS && longName[length] != 0) {
            length++;
        }
        return new String(longName, 0, length);
    }

    private static String shortName(ByteBuffer entry) {
        byte[] bytes = new byte[11];
        entry.get(0, bytes);
        if (bytes[0] == ESCAPED_E5) {
            bytes[0] = (byte) DELETED;
        }
        int flags = entry.get(12);
        String name = text(Arrays.copyOfRange(bytes, 0, 8), (flags & LOWER_NAME) != 0);
        String extension = text(Arrays.copyOfRange(bytes, 8, 11), (flags & LOWER_EXTENSION) != 0);
        return extension.isEmpty() ? name : name + "." + extension;
    }

    private static String text(byte[] bytes, boolean lower) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1).stripTrailing();
        return lower ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static int checksum(ByteBuffer entry) {
        int sum = 0;
        for (int i = 0; i < 11; i++) {
            sum = ((sum & 1) << 7) + (sum >> 1) + (entry.get(i) & 0xFF) & 0xFF;
        }
        return sum;
    }
}
