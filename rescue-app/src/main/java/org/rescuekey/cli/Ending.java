package org.rescuekey.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.JobState;
import org.rescuekey.platform.linux.AtExit;

/**
 * How the program ends when Ctrl-C, SIGTERM or SIGHUP asks it to: what runs is cancelled and comes to an end in a stated
 * state, its report is shown, and the exit code is that of the report; where nothing ran, it is that of a cancelled job.
 * For the main thread and the one that ends the program.
 */
final class Ending {
    /** After its job a command has only to print. */
    private static final long PRINTING_SECONDS = 2;

    private final AtExit atExit;
    private final CountDownLatch returned = new CountDownLatch(1);
    private volatile int exitCode = JobState.CANCELLED.exitCode();
    private volatile boolean bySignal;
    private volatile boolean cancelled;

    Ending(AtExit atExit) {
        this.atExit = atExit;
    }

    /** From now on a signal ends the program with an exit code of its own; the runtime would take the signal's number. */
    void decideExitCode() {
        atExit.register(AtExit.Stage.JOBS, () -> bySignal = returned.getCount() > 0);
        atExit.register(AtExit.Stage.LAST, this::halt);
    }

    AtExit atExit() {
        return atExit;
    }

    /** A job that a signal cancels, until it is closed: then it has come to its end and its report was shown. */
    final class RunningJob implements AutoCloseable {
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtExit.Registration registration;

        private RunningJob(JobControl control) {
            this.registration = onSignal(() -> {
                control.cancel();
                await(ended);
            });
        }

        @Override
        public void close() {
            ended.countDown();
            registration.close();
        }
    }

    RunningJob running(JobControl control) {
        return new RunningJob(control);
    }

    /** What brings that which runs to an orderly end, and returns when it has ended. */
    AtExit.Registration onSignal(Runnable end) {
        return atExit.register(AtExit.Stage.JOBS, () -> {
            cancelled = true;
            end.run();
        });
    }

    /** The command has returned; the program ends now. */
    void returned(int code) {
        exitCode = code;
        returned.countDown();
    }

    private void halt() {
        if (!bySignal) {
            return;
        }
        if (cancelled) {
            awaitPrinting();
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private void awaitPrinting() {
        try {
            boolean ignored = returned.await(PRINTING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
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
