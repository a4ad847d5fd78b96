package org.rescuekey.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Counts what a job has read, written and done, and tells it at a steady pace. Safe for several threads. */
final class Meter {
    /** Often enough for a moving picture, seldom enough to cost nothing, over a serial line too. */
    private static final long INTERVAL_NANOS = 250_000_000;

    private final Consumer<JobEvent> listener;
    private final LongSupplier nanoTime;
    private final long started;
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong lastTold;
    private final int steps;
    private volatile int step;
    private volatile long total;

    Meter(Consumer<JobEvent> listener, LongSupplier nanoTime, int steps) {
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.lastTold = new AtomicLong(started);
        this.steps = steps;
    }

    /** Begins a step of the plan, counted from 1. */
    void step(int number, String words, long totalBytes) {
        step = number;
        total = totalBytes;
        done.set(0);
        send(new JobEvent.StepStarted(number, steps, words, totalBytes));
    }

    void read(long bytes) {
        read.addAndGet(bytes);
    }

    void written(long bytes) {
        written.addAndGet(bytes);
    }

    /** So many bytes of the step are done. */
    void done(long bytes) {
        done.addAndGet(bytes);
        long now = nanoTime.getAsLong();
        long last = lastTold.get();
        if (now - last >= INTERVAL_NANOS && lastTold.compareAndSet(last, now)) {
            tell(now);
        }
    }

    /** Tells the present figures; called at the end of each step. */
    void tell() {
        tell(nanoTime.getAsLong());
    }

    void note(String words) {
        send(new JobEvent.Note(words));
    }

    long readBytes() {
        return read.get();
    }

    long writtenBytes() {
        return written.get();
    }

    private void tell(long now) {
        send(new JobEvent.Progress(step, done.get(), total, read.get(), written.get(), now - started));
    }

    private synchronized void send(JobEvent event) {
        listener.accept(event);
    }
}
