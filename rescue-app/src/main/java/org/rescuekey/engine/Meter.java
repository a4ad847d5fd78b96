package org.rescuekey.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Counts what a job has read, written and done, tells it at a steady pace, and keeps how it went. Once it is closed it tells
 * nothing more: a job that was left behind has had its last word. Safe for several threads.
 */
final class Meter {
    /** Often enough for a moving picture, seldom enough to cost nothing, over a serial line too. */
    private static final long INTERVAL_NANOS = 250_000_000;

    /** Where nothing is done for so long, it is told at what place that is. */
    private static final long STANDSTILL_NANOS = 1_000_000_000;

    private final Consumer<JobEvent> listener;
    private final Ticker ticker;
    private final JobControl control;
    private final DeviceWatch watch;
    private final long started;
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong lastTold;
    private final int steps;
    private final Course.Recorder recorder = new Course.Recorder();
    private volatile int step;
    private volatile long total;
    private boolean closed;

    /** @param steps of the plan */
    Meter(Consumer<JobEvent> listener, Ticker ticker, JobControl control, DeviceWatch watch, int steps) {
        this.listener = listener;
        this.ticker = ticker;
        this.control = control;
        this.watch = watch;
        this.started = ticker.getAsLong();
        this.lastTold = new AtomicLong(started);
        this.steps = steps;
        recorder.take(new Course.Sample(0, 0, 0, false));
    }

    /** Begins a step of the plan, counted from 1. */
    void step(int number, String words, long totalBytes) {
        watch.stepBegins();
        step = number;
        total = totalBytes;
        done.set(0);
        send(new JobEvent.StepStarted(number, steps, words, totalBytes));
    }

    /** So many bytes were read; a job with a limit waits for it at its next checkpoint. */
    void read(long bytes) {
        read.addAndGet(bytes);
        control.charge(bytes, 0);
    }

    void written(long bytes) {
        written.addAndGet(bytes);
        control.charge(0, bytes);
    }

    /** So many bytes of the step are done. */
    void done(long bytes) {
        done.addAndGet(bytes);
        tellAfter(INTERVAL_NANOS, ticker.getAsLong());
    }

    /** Tells the present figures; called at the end of each step. */
    void tell() {
        tell(ticker.getAsLong());
    }

    /** Called now and then while the job runs: keeps how it goes, and where nothing is done tells at what it is. */
    void look(long now) {
        synchronized (recorder) {
            recorder.take(sample(now));
        }
        if (step > 0 && !control.isPaused()) {
            tellAfter(STANDSTILL_NANOS, now);
        }
    }

    void note(String words) {
        send(new JobEvent.Note(words));
    }

    /** The clock that it counts by. */
    Ticker clock() {
        return ticker;
    }

    /** What is seen of the job's calls. */
    DeviceWatch watch() {
        return watch;
    }

    long readBytes() {
        return read.get();
    }

    long writtenBytes() {
        return written.get();
    }

    /** How the job went; asked once, at its end. */
    Course course() {
        synchronized (recorder) {
            return recorder.end(sample(ticker.getAsLong()), control.pausedNanos());
        }
    }

    /** Tells an event, unless the job has had its last word. */
    synchronized void send(JobEvent event) {
        if (!closed) {
            listener.accept(event);
        }
    }

    /** Lets nobody tell anything more. */
    synchronized void close() {
        closed = true;
    }

    private Course.Sample sample(long now) {
        return new Course.Sample(now - started, read.get(), written.get(), control.isPaused());
    }

    private void tellAfter(long nanos, long now) {
        long last = lastTold.get();
        if (now - last >= nanos && lastTold.compareAndSet(last, now)) {
            tell(now);
        }
    }

    private void tell(long now) {
        long worked = Math.max(0, now - started - control.pausedNanos());
        send(new JobEvent.Progress(step, done.get(), total, read.get(), written.get(), worked, watch.where()));
    }
}
