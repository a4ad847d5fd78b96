package org.rescuekey.engine;

import java.util.function.Consumer;
import org.rescuekey.error.CancelledException;

/** The handle on a running job: who asks it to stop or wait, and who hears of it. Safe for several threads. */
public final class JobControl {
    private final Consumer<JobEvent> listener;
    private volatile boolean cancelled;
    private boolean paused;

    /** @param listener called by the job's threads, one at a time; must return quickly */
    public JobControl(Consumer<JobEvent> listener) {
        this.listener = listener;
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
        paused = on;
        notifyAll();
    }

    public synchronized boolean isPaused() {
        return paused;
    }

    /** Called by the engine between blocks: waits while paused, throws once cancelled. */
    public void checkpoint() throws CancelledException {
        if (cancelled) {
            throw new CancelledException("Cancelled by the user.");
        }
        waitWhilePaused();
    }

    private synchronized void waitWhilePaused() throws CancelledException {
        while (paused && !cancelled) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException("Interrupted while paused.");
            }
        }
        if (cancelled) {
            throw new CancelledException("Cancelled by the user.");
        }
    }

    /** Passes an event on, one at a time. */
    public void tell(JobEvent event) {
        // A lock of its own: a terminal that does not take the text must not keep anyone from cancelling.
        synchronized (listener) {
            listener.accept(event);
        }
    }
}
