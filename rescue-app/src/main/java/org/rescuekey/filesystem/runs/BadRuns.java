package org.rescuekey.filesystem.runs;

import org.rescuekey.units.ExtentSet;

/**
 * Collects the runs of bytes that a file system knows to be bad. Beyond a limit it takes no more, and who offers them counts
 * them as used: what is called bad is left out of a capture, so it is never more than what is known. Not for several threads.
 */
public final class BadRuns {
    /** A medium with more bad places than this needs no map but a bin. */
    public static final int LIMIT_RUNS = 1 << 16;

    private final int limitRuns;
    private final ExtentSet.Builder bad = ExtentSet.builder();
    private int count;
    private long lastEnd = -1;

    public BadRuns() {
        this(LIMIT_RUNS);
    }

    BadRuns(int limitRuns) {
        this.limitRuns = limitRuns;
    }

    /** Adds {@code [start, end)}; false if it was not taken. */
    public boolean add(long start, long end) {
        if (start != lastEnd) {
            if (count == limitRuns) {
                return false;
            }
            count++;
        }
        bad.add(start, end);
        lastEnd = end;
        return true;
    }

    public ExtentSet build() {
        return bad.build();
    }
}
