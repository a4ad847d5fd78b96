package org.rescuekey.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** A time that stands still unless the test lets it go on, a tick at a time: whoever waits then sees his wait be over. */
final class ManualTicker implements Ticker {
    private final Set<Object> monitors = Collections.newSetFromMap(new IdentityHashMap<>());
    private long now;
    private int permits;
    private long arrivals;
    private boolean ended;

    @Override
    public synchronized long getAsLong() {
        return now;
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // whoever calls this waits in one
    public void await(Object monitor, long nanos) throws InterruptedException {
        synchronized (this) {
            monitors.add(monitor);
            arrivals++;
            notifyAll();
            if (permits > 0) {
                permits--;
                now += nanos;
                return;
            }
        }
        monitor.wait();
    }

    /** Lets one wait be over, and returns when its thread, or another, waits again. */
    void tick() throws InterruptedException {
        long before;
        List<Object> waited;
        synchronized (this) {
            while (monitors.isEmpty() && !ended) {
                wait();
            }
            before = arrivals;
            permits++;
            waited = List.copyOf(monitors);
        }
        for (Object monitor : waited) {
            synchronized (monitor) {
                monitor.notifyAll();
            }
        }
        synchronized (this) {
            while (arrivals == before && !ended) {
                wait();
            }
        }
    }

    /** Returns when somebody waits. */
    synchronized void awaitSomebody() throws InterruptedException {
        while (monitors.isEmpty()) {
            wait();
        }
    }

    /** From now on somebody will wait. */
    synchronized void begin() {
        ended = false;
        permits = 0;
        monitors.clear();
    }

    /** Nobody waits any more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }
}
