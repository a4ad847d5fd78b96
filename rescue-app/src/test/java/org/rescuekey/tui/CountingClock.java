package org.rescuekey.tui;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** Tells how often the event loop, which asks for the time at each turn, has turned. */
final class CountingClock extends Clock {
    private int asked;

    @Override
    public synchronized Instant instant() {
        asked++;
        notifyAll();
        return Instant.now();
    }

    synchronized int askedSoFar() {
        return asked;
    }

    /** Waits for the next turn, or a while if there is none. */
    synchronized void awaitNext() throws InterruptedException {
        int before = asked;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (asked == before && System.nanoTime() < deadline) {
            wait(100);
        }
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
