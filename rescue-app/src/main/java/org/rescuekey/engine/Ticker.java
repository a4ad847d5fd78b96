package org.rescuekey.engine;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time of jobs: a clock for durations, in nanoseconds from any moment, and the one way in which they wait for time to
 * pass, so that tests decide how fast it does. Safe for several threads.
 */
@FunctionalInterface
public interface Ticker extends LongSupplier {
    /** The time of this machine. */
    Ticker SYSTEM = System::nanoTime;

    /**
     * Returns when the monitor, which the caller holds, is notified, when so much time has passed, or for no reason at all;
     * the caller looks again whether it still has to wait.
     */
    default void await(Object monitor, long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedWait(monitor, Math.max(1, nanos));
    }
}
