package org.rescuekey.windows.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.units.Extent;

/**
 * A value of a key, and where in the hive file its data lie: in one piece, or in several where they are large. Immutable;
 * the data are read from the hive when they are asked for.
 */
public final class HiveValue {
    public static final int STRING = 1;
    public static final int EXPANDABLE_STRING = 2;
    public static final int BINARY = 3;
    public static final int NUMBER = 4;
    public static final int STRINGS = 7;

    private static final int NAME_BYTES_MAX = 32_766;
    private static final int NAME = 20;
    private static final int INLINE = 0x8000_0000;
    private static final int INLINE_MAX = 4;
    private static final int DATA_OFFSET = 8;
    private static final int COMPRESSED_NAME = 1;
    /** What one piece of a large value holds: a bin of 16 KiB without its header, the cell's size and four bytes. */
    private static final int PIECE_BYTES = 16_344;

    private final Hive hive;
    private final String name;
    private final int type;
    private final int lengthBytes;
    private final List<Extent> pieces;
    private final List<Integer> cells;

    private HiveValue(Hive hive, String name, int type, int lengthBytes, List<Extent> pieces, List<Integer> cells) {
        this.hive = hive;
        this.name = name;
        this.type = type;
        this.lengthBytes = lengthBytes;
        this.pieces = pieces;
        this.cells = cells;
    }

    static HiveValue parse(Hive hive, int offset) throws MalformedDataException {
        Cell cell = hive.cells().at(offset, "registry value");
        cell.needMark("vk");
        int nameBytes = cell.u16(2);
        boolean compressed = (cell.u16(16) & COMPRESSED_NAME) != 0;
        if (nameBytes > NAME_BYTES_MAX || (!compressed && nameBytes % 2 != 0)) {
            throw cell.malformed(2, "a name of at most " + NAME_BYTES_MAX + " bytes", nameBytes + " bytes");
        }
        String name = cell.text(NAME, nameBytes, compressed ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE);
        int lengthBytes = cell.i32(4) & ~INLINE;
        Places places = new Places();
        places.cells.add(offset);
        if ((cell.i32(4) & INLINE) != 0) {
            if (lengthBytes > INLINE_MAX) {
                throw cell.malformed(4, "at most 4 bytes inside the value", lengthBytes + " bytes");
            }
            places.add(cell.start() + DATA_OFFSET, lengthBytes);
        } else if (lengthBytes > hive.cells().binsBytes()) {
            throw cell.malformed(4, "at most " + hive.cells().binsBytes() + " bytes", lengthBytes + " bytes");
        } else if (lengthBytes > 0) {
            places.find(hive.cells(), cell.i32(DATA_OFFSET), lengthBytes);
        }
        return new HiveValue(
                hive, name, cell.i32(12), lengthBytes, List.copyOf(places.pieces), List.copyOf(places.cells));
    }

    /** The name as it is spelled; empty for a key's default value. */
    public String name() {
        return name;
    }

    /** What sort of data it says it has, such as {@link #BINARY}; any number is possible. */
    public int type() {
        return type;
    }

    public int lengthBytes() {
        return lengthBytes;
    }

    /** Where in the hive file the data lie, in their order. */
    public List<Extent> pieces() {
        return pieces;
    }

    /** The cells that belong to this value alone. */
    List<Integer> cells() {
        return cells;
    }

    /** A copy of the data. */
    public byte[] data() {
        byte[] data = new byte[lengthBytes];
        int done = 0;
        for (Extent piece : pieces) {
            hive.copy((int) piece.start(), data, done, (int) piece.length());
            done += (int) piece.length();
        }
        return data;
    }

    /** The number, if this is one of 32 bits. */
    public OptionalInt number() {
        return type == NUMBER && lengthBytes == 4
                ? OptionalInt.of(
                        ByteBuffer.wrap(data()).order(ByteOrder.LITTLE_ENDIAN).getInt())
                : OptionalInt.empty();
    }

    /** The text up to its first zero, if this is a string. */
    public Optional<String> text() {
        return type == STRING || type == EXPANDABLE_STRING
                ? Optional.of(untilZero(new String(data(), StandardCharsets.UTF_16LE)))
                : Optional.empty();
    }

    /** The texts of a list of strings; none if this is no such list. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        if (type == STRINGS) {
            String all = new String(data(), StandardCharsets.UTF_16LE);
            int begin = 0;
            while (begin < all.length() && all.charAt(begin) != 0) {
                int end = all.indexOf(0, begin);
                texts.add(all.substring(begin, end < 0 ? all.length() : end));
                begin = end < 0 ? all.length() : end + 1;
            }
        }
        return texts;
    }

    private static String untilZero(String text) {
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }

    @Override
    public String toString() {
        return name + ": " + lengthBytes + " bytes of type " + type;
    }

    /** Gathers where the data of a value lie. */
    private static final class Places {
        private final List<Extent> pieces = new ArrayList<>();
        private final List<Integer> cells = new ArrayList<>();

        void add(int start, int length) {
            if (length > 0) {
                pieces.add(new Extent(start, length));
            }
        }

        void find(Cells hiveCells, int offset, int lengthBytes) throws MalformedDataException {
            Cell cell = hiveCells.at(offset, "registry value's data");
            cells.add(offset);
            if (cell.length() >= lengthBytes) {
                add(cell.start(), lengthBytes);
                return;
            }
            cell.needMark("db");
            int count = cell.u16(2);
            int needed = (lengthBytes + PIECE_BYTES - 1) / PIECE_BYTES;
            if (count != needed) {
                throw cell.malformed(2, needed + " pieces", count + " pieces");
            }
            cells.add(cell.i32(4));
            Cell list = hiveCells.at(cell.i32(4), "registry value's list of pieces");
            list.need(0, 4L * count);
            int left = lengthBytes;
            for (int i = 0; i < count; i++) {
                Cell piece = hiveCells.at(list.i32(4 * i), "piece of a registry value");
                int length = Math.min(left, PIECE_BYTES);
                piece.need(0, length);
                cells.add(list.i32(4 * i));
                add(piece.start(), length);
                left -= length;
            }
        }
    }
}
