package org.rescuekey.engine;

/**
 * Decides where it pays to look at what a target holds before writing to it. Comparing goes on while something is found to be
 * there already; after {@link #MISSES} looks in a row (at blocks of an image, at windows of a disk) that found nothing, only one in {@link #SAMPLED} is looked at, until one
 * is. So a target that holds an earlier state, or the beginning of a job that was cut off, is written to only where it differs,
 * and a new one costs a sixteenth more to read. What is not compared is written: correctness never rests on this.
 *
 * <p>Thread rule: any thread; only what it costs depends on who comes first.
 */
final class Delta {
    private static final int MISSES = 32;
    private static final int SAMPLED = 16;

    private final boolean enabled;
    private int misses;
    private int turn;
    private long sameBytes;

    /** @param enabled false to compare nothing */
    Delta(boolean enabled) {
        this.enabled = enabled;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** Whether the next piece is to be compared. */
    synchronized boolean isWorthComparing() {
        return enabled && (misses < MISSES || ++turn % SAMPLED == 0);
    }

    /**
     * Tells what a comparison found.
     *
     * @param same bytes that were there already
     * @param meansNothing they are zeros, which a new disk holds too
     */
    synchronized void compared(long same, boolean meansNothing) {
        sameBytes += same;
        if (same == 0) {
            misses = Math.min(misses + 1, MISSES);
        } else if (!meansNothing) {
            misses = 0;
        }
    }

    /** The bytes that were there already, and were not written. */
    synchronized long sameBytes() {
        return sameBytes;
    }
}
