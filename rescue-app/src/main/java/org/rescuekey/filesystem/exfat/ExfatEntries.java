package org.rescuekey.filesystem.exfat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Puts the entries of one directory together, in their order: a file is an entry and some that follow it. For one directory. */
final class ExfatEntries {
    static final int ENTRY_BYTES = 32;

    private static final int IN_USE = 0x80;
    private static final int BITMAP = 0x81;
    private static final int UPCASE = 0x82;
    private static final int FILE = 0x85;
    private static final int STREAM = 0xC0;
    private static final int NAME = 0xC1;
    private static final int SECONDARY = 0x40;
    private static final int NAME_CHARS = 15;
    private static final int MAX_NAME = 255;
    private static final int DIRECTORY_ATTRIBUTE = 0x10;
    private static final int IN_ONE_PIECE = 0x2;

    private final StringBuilder name = new StringBuilder();
    private int missing;
    private boolean isDirectory;
    private boolean hasStream;
    private int nameLength;
    private Content content = new Content(0, 0, false);
    private boolean isAtEnd;

    /** Where a content stands; in one piece, or as its chain says. */
    record Content(long firstCluster, long lengthBytes, boolean inOnePiece) {}

    /** What has a content in a directory. */
    sealed interface Entry {
        Content content();
    }

    /** A file or a directory. */
    record File(String name, boolean directory, Content content) implements Entry {}

    /** Something of the volume itself; only in the root directory. */
    record Structure(String name, Content content) implements Entry {}

    /** Tells whether the rest of the directory was never used. */
    boolean isAtEnd() {
        return isAtEnd;
    }

    /** Takes the next 32 bytes; gives what is complete with them. */
    Optional<Entry> take(ByteBuffer slice) {
        ByteBuffer entry = slice.order(ByteOrder.LITTLE_ENDIAN);
        int type = entry.get(0) & 0xFF;
        if (type == 0) {
            isAtEnd = true;
            return Optional.empty();
        }
        if ((type & SECONDARY) == 0) {
            missing = 0;
        }
        return switch (type) {
            case BITMAP -> Optional.of(new Structure("the allocation bitmap", content(entry, false)));
            case UPCASE -> Optional.of(new Structure("the up-case table", content(entry, false)));
            case FILE -> {
                missing = entry.get(1) & 0xFF;
                isDirectory = (entry.getShort(4) & DIRECTORY_ATTRIBUTE) != 0;
                hasStream = false;
                name.setLength(0);
                yield Optional.empty();
            }
            default -> missing > 0 && (type & IN_USE) != 0 ? secondary(entry, type) : none();
        };
    }

    private Optional<Entry> secondary(ByteBuffer entry, int type) {
        if (type == STREAM && !hasStream) {
            hasStream = true;
            nameLength = entry.get(3) & 0xFF;
            content = content(entry, (entry.get(1) & IN_ONE_PIECE) != 0);
        } else if (type == NAME && hasStream) {
            for (int i = 0; i < NAME_CHARS && name.length() < Math.min(nameLength, MAX_NAME); i++) {
                name.append(entry.getChar(2 + 2 * i));
            }
        }
        missing--;
        if (missing > 0 || !hasStream || name.length() < nameLength || nameLength == 0) {
            return Optional.empty();
        }
        return Optional.of(new File(name.toString(), isDirectory, content));
    }

    /** An entry of a set that is not there breaks the set. */
    private Optional<Entry> none() {
        missing = 0;
        return Optional.empty();
    }

    private static Content content(ByteBuffer entry, boolean inOnePiece) {
        return new Content(entry.getInt(20) & 0xFFFF_FFFFL, Math.max(0, entry.getLong(24)), inOnePiece);
    }
}
