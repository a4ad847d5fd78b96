package org.rescuekey.engine;

import org.rescuekey.units.Extent;

/**
 * Which of the windows that an earlier run holds are read all the same, to prove that the source still is the same one: of
 * each stream those from the first on until one reads, and about one in 256 of the others. For one thread.
 */
final class Samples {
    private static final int ONE_IN = 256;

    /** So many windows of a stream are tried where none of them reads any more. */
    private static final int MOST_FAILED = 16;

    private final boolean[] isProven;
    private final int[] failed;
    private long counter;

    Samples(int streams) {
        isProven = new boolean[streams];
        failed = new int[streams];
    }

    boolean isWanted(int index, Extent window) {
        if (!isProven[index] && failed[index] < MOST_FAILED) {
            return true;
        }
        counter++;
        return mixed(window.start() + counter) % ONE_IN == 0;
    }

    /** What became of a window of a stream that was wanted. */
    void told(int index, boolean isRead) {
        isProven[index] |= isRead;
        failed[index] += isRead ? 0 : 1;
    }

    /** Spreads the sample evenly, and the same in each run over the same windows. */
    private static long mixed(long value) {
        long mixed = value * 0x9E37_79B9_7F4A_7C15L;
        return (mixed ^ mixed >>> 32) >>> 8;
    }
}
