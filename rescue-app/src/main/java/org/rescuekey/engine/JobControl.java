package org.rescuekey.engine;

import java.util.function.Consumer;
import org.rescuekey.error.CancelledException;

/**
 * The handle on a running job: who asks it to stop, to wait or to go slower, and who hears of it. Safe for several threads.
 *
 * <p>A job that is cancelled ends within two seconds: at its next block, or, where a device does not answer, without waiting
 * for it (see {@link JobSupervisor}).
 */
public final class JobControl {
    private final Consumer<JobEvent> listener;
    private final Ticker ticker;
    private final RateLimit reading = new RateLimit();
    private final RateLimit writing = new RateLimit();
    private volatile boolean cancelled;
    private boolean paused;
    private long pausedAt;
    private long pausedBeforeNanos;

    /** @param listener called by the job's threads, one at a time; must return quickly */
    public JobControl(Consumer<JobEvent> listener) {
        this(listener, Ticker.SYSTEM);
    }

    JobControl(Consumer<JobEvent> listener, Ticker ticker) {
        this.listener = listener;
        this.ticker = ticker;
    }

    /** Asks the job to stop at the next block; it ends in a stated state. */
    public void cancel() {
        cancelled = true; // before the monitor, which nobody holds for long
        synchronized (this) {
            notifyAll();
        }
    }

    public boolean isCancelled() {
        return cancelled;
    }

    public synchronized void pause(boolean on) {
        if (on == paused) {
            return;
        }
        long now = ticker.getAsLong();
        if (on) {
            pausedAt = now;
        } else {
            pausedBeforeNanos += now - pausedAt;
        }
        paused = on;
        notifyAll();
    }

    public synchronized boolean isPaused() {
        return paused;
    }

    /** For how long the job was paused so far. */
    synchronized long pausedNanos() {
        return pausedBeforeNanos + (paused ? ticker.getAsLong() - pausedAt : 0);
    }

    /**
     * From now on the job neither reads nor writes faster than this.
     *
     * @param bytesPerSecond 0 for no limit
     */
    public synchronized void limit(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a limit of " + bytesPerSecond + " bytes per second");
        }
        long now = ticker.getAsLong();
        reading.set(bytesPerSecond, now);
        writing.set(bytesPerSecond, now);
        notifyAll();
    }

    /** The limit in bytes per second; 0 for none. */
    public synchronized long limit() {
        return reading.bytesPerSecond();
    }

    /** So many bytes were read; the next {@link #checkpoint()} waits where that was too fast. */
    synchronized void charge(long readBytes, long writtenBytes) {
        if (reading.bytesPerSecond() > 0) {
            long now = ticker.getAsLong();
            reading.charge(readBytes, now);
            writing.charge(writtenBytes, now);
        }
    }

    /** Called by the engine between blocks: waits while paused or too fast, throws once cancelled. */
    public void checkpoint() throws CancelledException {
        if (cancelled) {
            throw new CancelledException("Cancelled by the user.");
        }
        waitWhileHeldUp();
    }

    private synchronized void waitWhileHeldUp() throws CancelledException {
        try {
            while (!cancelled) {
                if (paused) {
                    wait();
                    continue;
                }
                long nanos = reading.bytesPerSecond() == 0 ? 0 : tooEarlyNanos();
                if (nanos <= 0) {
                    return;
                }
                ticker.await(this, nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("Interrupted while paused.");
        }
        throw new CancelledException("Cancelled by the user.");
    }

    private long tooEarlyNanos() {
        long now = ticker.getAsLong();
        return Math.max(reading.waitNanos(now), writing.waitNanos(now));
    }

    /** Passes an event on, one at a time. */
    public void tell(JobEvent event) {
        // A lock of its own: a terminal that does not take the text must not keep anyone from cancelling.
        synchronized (listener) {
            listener.accept(event);
        }
    }
}
