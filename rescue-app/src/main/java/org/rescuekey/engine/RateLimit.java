package org.rescuekey.engine;

/**
 * A token bucket: tells how long who has moved so many bytes has to wait before the next ones. What was not used for a
 * moment may be caught up with, but no more than a quarter of a second. Guarded by its owner.
 */
final class RateLimit {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long BURST_NANOS = NANOS_PER_SECOND / 4;

    private long bytesPerSecond;
    private long freeAt;

    /** @param rate in bytes per second; 0 for none */
    void set(long rate, long now) {
        bytesPerSecond = rate;
        freeAt = now;
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** So many bytes were moved. */
    void charge(long bytes, long now) {
        if (bytesPerSecond > 0) {
            double nanos = (double) bytes / bytesPerSecond * NANOS_PER_SECOND;
            freeAt = (freeAt - now > -BURST_NANOS ? freeAt : now - BURST_NANOS) + (long) nanos;
        }
    }

    /** How long to wait; 0 or less if nobody has to. */
    long waitNanos(long now) {
        return bytesPerSecond > 0 ? freeAt - now : 0;
    }
}
