package org.rescuekey.cli;

import java.util.concurrent.CountDownLatch;
import org.rescuekey.engine.JobControl;

/**
 * Turns Ctrl-C and SIGTERM into the cancellation of the running job: the JVM's shutdown waits until the job has stopped
 * in a stated state. Once closed, signals end the program as usual.
 */
final class CancelOnSignal implements AutoCloseable {
    private final Thread hook;
    private final CountDownLatch ended = new CountDownLatch(1);

    private CancelOnSignal(JobControl control) {
        this.hook = Thread.ofPlatform().name("cancel").unstarted(() -> {
            control.cancel();
            awaitEnd();
        });
    }

    static CancelOnSignal install(JobControl control) {
        CancelOnSignal cancel = new CancelOnSignal(control);
        Runtime.getRuntime().addShutdownHook(cancel.hook);
        return cancel;
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The shutdown is under way: the hook has cancelled the job, and the latch lets the program end.
            return;
        }
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
