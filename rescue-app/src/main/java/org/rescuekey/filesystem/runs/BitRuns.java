package org.rescuekey.filesystem.runs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds the runs of set bits in a window of an allocation bitmap, whose bits count from the lowest of each byte. */
public final class BitRuns {
    /** A bitmap is read in windows of at most so many bytes. */
    public static final int WINDOW_BYTES = 1 << 20;

    /** Takes one run of set bits, {@code [firstBit, endBit)}, counted from the window's first bit. */
    @FunctionalInterface
    public interface Sink {
        void run(long firstBit, long endBit);
    }

    private BitRuns() {}

    /**
     * Reports the runs among the first bits of a buffer, in ascending order.
     *
     * @param bits the window; its remaining bytes hold at least {@code bitCount} bits
     * @param bitCount how many bits count; those after them are not looked at
     */
    public static void scan(ByteBuffer bits, long bitCount, Sink sink) {
        if (bitCount > 8L * bits.remaining()) {
            throw new IllegalArgumentException(bitCount + " bits in " + bits.remaining() + " bytes");
        }
        ByteBuffer words = bits.slice().order(ByteOrder.LITTLE_ENDIAN);
        long position = 0;
        while (true) {
            long first = next(words, position, bitCount, 0);
            if (first >= bitCount) {
                return;
            }
            position = next(words, first, bitCount, -1L);
            sink.run(first, position);
        }
    }

    /** The first bit at or after a position that differs from the bits of {@code skipped}; bitCount if none. */
    private static long next(ByteBuffer words, long position, long bitCount, long skipped) {
        long bit = position;
        while (bit < bitCount) {
            int start = (int) (bit >>> 6) * 8;
            long different = (word(words, start) ^ skipped) & (-1L << (bit & 63));
            if (different != 0) {
                return Math.min(bitCount, start * 8L + Long.numberOfTrailingZeros(different));
            }
            bit = start * 8L + 64;
        }
        return bitCount;
    }

    private static long word(ByteBuffer words, int start) {
        if (start + 8 <= words.limit()) {
            return words.getLong(start);
        }
        long word = 0;
        for (int i = start; i < words.limit(); i++) {
            word |= (words.get(i) & 0xFFL) << (8 * (i - start));
        }
        return word;
    }
}
