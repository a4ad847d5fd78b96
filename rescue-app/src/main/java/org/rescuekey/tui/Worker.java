package org.rescuekey.tui;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.Password;
import org.rescuekey.engine.Course;
import org.rescuekey.engine.ImageKeyService;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.JobState;
import org.rescuekey.engine.Report;
import org.rescuekey.engine.RescueService;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.tui.model.Cmd;
import org.rescuekey.tui.model.Msg;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what takes time on background threads and answers with messages, whatever goes wrong. The threads are platform threads, because calls
 * into the kernel by native code hold on to the carrier of a virtual one, of which a small machine has one or two. Called
 * from the event loop.
 */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** Together with what the job itself takes after a cancel, less than two seconds. */
    private static final long RELEASE_MILLIS = 250;

    private final RescueService service;
    private final TuiHost host;
    private final Clock clock;
    private final Consumer<Msg> messages;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("tui-worker-", 1).factory());
    private @Nullable JobControl control;
    private @Nullable CountDownLatch jobEnded;
    private boolean ending;
    private volatile boolean somethingIsOpen;

    Worker(RescueService service, TuiHost host, Clock clock, Consumer<Msg> messages) {
        this.service = service;
        this.host = host;
        this.clock = clock;
        this.messages = messages;
    }

    /** Cancels a running job and returns when it has ended; none begins from now on. For another thread. */
    void end() {
        CountDownLatch ended;
        synchronized (this) {
            ending = true;
            if (control != null) {
                control.cancel();
            }
            ended = jobEnded;
        }
        try {
            if (ended != null) {
                ended.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable JobControl control() {
        return control;
    }

    /** Begins a command; those that concern the screen itself are not for this class. */
    void perform(Cmd command) {
        switch (command) {
            case Cmd.ReadMachine(int ticket) -> answer(ticket, () -> new Msg.MachineRead(ticket, service.inventory()));
            case Cmd.ReadPlaces(int ticket) -> answer(ticket, () -> new Msg.PlacesRead(ticket, service.places()));
            case Cmd.OpenPlace open ->
                answer(open.ticket(), () -> new Msg.PlaceOpened(open.ticket(), service.openPlace(open.place())));
            case Cmd.ReadImages read ->
                answer(read.ticket(), () -> new Msg.ImagesRead(read.ticket(), service.images(read.directory())));
            case Cmd.ReleasePlaces() ->
                background(service::releasePlaces, e -> LOG.error("a place may still be mounted", e));
            case Cmd.MakePlan make ->
                answer(make.ticket(), () -> new Msg.PlanMade(make.ticket(), service.plan(make.request())));
            case Cmd.RunJob(ConfirmedPlan plan) -> runJob(plan);
            case Cmd.PauseJob(boolean on) -> {
                JobControl job = control();
                if (job != null) {
                    job.pause(on);
                }
            }
            case Cmd.LimitJob(long bytesPerSecond) -> {
                JobControl job = control();
                if (job != null) {
                    job.limit(bytesPerSecond);
                }
            }
            case Cmd.CancelJob() -> {
                JobControl job = control();
                if (job != null) {
                    job.cancel();
                }
            }
            case Cmd.PowerOff() -> ask(host::powerOff, "The machine could not be powered off: ");
            case Cmd.Reboot() -> ask(host::reboot, "The machine could not be restarted: ");
            case Cmd.RunShell _,
                    Cmd.Repaint _,
                    Cmd.Quit _,
                    Cmd.TypeSecret _,
                    Cmd.EraseSecret _,
                    Cmd.RepeatSecret _,
                    Cmd.OpenImages _,
                    Cmd.OfferNewPassword _ -> throw new IllegalArgumentException(command + " is for the event loop");
        }
    }

    /**
     * Opens an image and all others that the password opens. Deriving the key takes seconds on a slow machine.
     *
     * @param password becomes the service's own
     */
    void openImages(Cmd.OpenImages command, Password password) {
        answer(command.ticket(), () -> {
            ImageKeyService keys = service.keys();
            keys.offer(password);
            try {
                service.image(command.image());
            } catch (WrongPasswordException e) {
                forgetUnlessSomethingIsOpen(keys);
                throw e;
            }
            somethingIsOpen = true;
            List<ImageFacts> images = service.images(command.directory());
            return new Msg.PasswordTaken(command.ticket(), images, keys.warnings());
        });
    }

    /** A wrong password that stayed offered would be in the way of what needs none, such as a look at the structure. */
    private void forgetUnlessSomethingIsOpen(ImageKeyService keys) {
        if (!somethingIsOpen) {
            keys.forget();
        }
    }

    /** Offers a password for a new image; a set that it opens is opened when the plan is made. */
    void offerNew(int ticket, Password password) {
        answer(ticket, () -> {
            service.keys().offer(password);
            somethingIsOpen = true;
            return new Msg.PasswordTaken(ticket, List.of(), List.of());
        });
    }

    private interface Question {
        Msg answer() throws RescueException;
    }

    private interface HostCall {
        void call() throws IOException;
    }

    private void answer(int ticket, Question question) {
        background(
                () -> messages.accept(answerTo(ticket, question)),
                e -> messages.accept(new Msg.Failed(ticket, internal(e), "Nothing was written.")));
    }

    private static Msg answerTo(int ticket, Question question) {
        try {
            return question.answer();
        } catch (RefusedException e) {
            return new Msg.Failed(ticket, e.reason(), e.remedy());
        } catch (RescueException e) {
            return new Msg.Failed(ticket, String.valueOf(e.getMessage()), "");
        } catch (RuntimeException | Error e) { // who asked gets an answer, or waits for ever
            LOG.error("internal error", e);
            return new Msg.Failed(ticket, internal(e), "Nothing was written.");
        }
    }

    private void ask(HostCall call, String failure) {
        background(
                () -> {
                    try {
                        call.call();
                    } catch (IOException e) {
                        messages.accept(new Msg.HostDone(failure + e.getMessage()));
                    }
                },
                e -> messages.accept(new Msg.HostDone(failure + internal(e))));
    }

    private void runJob(ConfirmedPlan plan) {
        JobControl handle = new JobControl(event -> {
            if (!(event instanceof JobEvent.Finished)) {
                messages.accept(new Msg.JobTold(event));
            }
        });
        CountDownLatch ended = new CountDownLatch(1);
        synchronized (this) {
            control = handle;
            jobEnded = ended;
            if (ending) {
                handle.cancel();
            }
        }
        Instant started = clock.instant();
        background(
                () -> {
                    Report report = report(plan, handle, started);
                    messages.accept(new Msg.JobTold(new JobEvent.Finished(report)));
                    ended.countDown();
                },
                e -> {
                    messages.accept(new Msg.JobTold(new JobEvent.Finished(failed(plan, started, e))));
                    ended.countDown();
                });
    }

    /** The job's report, or one that says what kept it from being made. */
    private Report report(ConfirmedPlan plan, JobControl handle, Instant started) {
        Report report;
        try {
            report = service.run(plan, handle);
        } catch (RuntimeException | Error e) { // so does who waits for a job's report
            LOG.error("internal error in a job", e);
            report = failed(plan, started, e);
        }
        releasePlaces(report.state());
        return report;
    }

    /**
     * Whoever sees the report may pull the disk with the images out. But who has cancelled, perhaps because that disk does
     * not answer, does not wait for it once more.
     */
    private void releasePlaces(JobState state) {
        CountDownLatch released = new CountDownLatch(1);
        background(
                () -> {
                    service.releasePlaces();
                    released.countDown();
                },
                e -> {
                    LOG.error("a place may still be mounted", e);
                    released.countDown();
                });
        try {
            if (state != JobState.CANCELLED) {
                released.await();
            } else if (!released.await(RELEASE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("a place may still be mounted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where there is no memory for a thread, or an error passes all others by, there is still an answer. */
    private void background(Runnable task, Consumer<Throwable> failed) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("internal error", e);
                    failed.accept(e);
                }
            });
        } catch (RuntimeException | Error e) {
            LOG.error("no thread for a task", e);
            failed.accept(e);
        }
    }

    private Report failed(ConfirmedPlan plan, Instant started, Throwable e) {
        return new Report(
                plan.plan().kind(),
                JobState.FAILED,
                internal(e),
                plan.plan().title(),
                plan.plan().digest(),
                started,
                clock.instant(),
                0,
                0,
                List.of("What the job has done to its target or image is not known."),
                List.of("Do not rely on the target or the image. Please report this error with the log."),
                "",
                service.version(),
                Course.UNKNOWN);
    }

    private static String internal(Throwable e) {
        return e instanceof OutOfMemoryError ? "There is not enough memory." : "An internal error: " + e;
    }
}
