package org.rescuekey.windows.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import org.rescuekey.error.MalformedDataException;

/**
 * The bins of a hive and the cells that fill them. Every bin and cell is checked once, in one pass; a reference is good
 * only if it names the begin of an allocated cell, so no structure can begin inside another. Immutable.
 */
final class Cells {
    /** What stands where nothing is referred to. */
    static final int NONE = -1;

    private static final int BIN_SIGNATURE = 0x6E696268; // "hbin"
    private static final int BIN_HEADER = 32;
    private static final int UNIT = 8;

    private final ByteBuffer file;
    private final int binsBytes;
    private final BitSet starts;
    private final int allocated;

    private Cells(ByteBuffer file, int binsBytes, BitSet starts) {
        this.file = file;
        this.binsBytes = binsBytes;
        this.starts = starts;
        this.allocated = starts.cardinality();
    }

    static Cells parse(byte[] bytes, int binsBytes) throws MalformedDataException {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        BitSet starts = new BitSet(binsBytes / UNIT);
        int bin = 0;
        while (bin < binsBytes) {
            int at = BaseBlock.BYTES + bin;
            if (file.getInt(at) != BIN_SIGNATURE) {
                throw malformed(bin, "the mark \"hbin\"", Integer.toHexString(file.getInt(at)));
            }
            if (file.getInt(at + 4) != bin) {
                throw malformed(bin + 4, "its own offset " + bin, Integer.toString(file.getInt(at + 4)));
            }
            int size = file.getInt(at + 8);
            if (size <= 0 || size % BaseBlock.BYTES != 0 || size > binsBytes - bin) {
                throw malformed(bin + 8, "a multiple of 4096 up to " + (binsBytes - bin), Integer.toString(size));
            }
            parseBin(file, bin + BIN_HEADER, bin + size, starts);
            bin += size;
        }
        return new Cells(file, binsBytes, starts);
    }

    private static void parseBin(ByteBuffer file, int begin, int end, BitSet starts) throws MalformedDataException {
        int at = begin;
        while (at < end) {
            int size = file.getInt(BaseBlock.BYTES + at);
            // The one number that has no positive counterpart is no multiple of anything a bin can hold.
            int length = size == Integer.MIN_VALUE ? 0 : Math.abs(size);
            if (length == 0 || length % UNIT != 0 || length > end - at) {
                throw malformed(at, "a cell of a multiple of 8 up to " + (end - at), Integer.toString(size));
            }
            if (size < 0) {
                starts.set(at / UNIT);
            }
            at += length;
        }
    }

    /** The allocated cell at this offset from the first bin. */
    Cell at(int offset, String what) throws MalformedDataException {
        if (offset < 0 || offset >= binsBytes || offset % UNIT != 0 || !starts.get(offset / UNIT)) {
            throw new MalformedDataException(
                    what, BaseBlock.BYTES + (long) offset, "the begin of an allocated cell", "none");
        }
        int start = BaseBlock.BYTES + offset;
        return new Cell(file, start + 4, -file.getInt(start) - 4, what);
    }

    /** The size of all bins: no value can be larger. */
    int binsBytes() {
        return binsBytes;
    }

    /** How many cells are allocated: no list can name more. */
    int allocated() {
        return allocated;
    }

    private static MalformedDataException malformed(int at, String expected, String actual) {
        return new MalformedDataException("registry hive's bin", BaseBlock.BYTES + (long) at, expected, actual);
    }
}
