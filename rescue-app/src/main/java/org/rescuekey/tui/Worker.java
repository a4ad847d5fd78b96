package org.rescuekey.tui;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.JobState;
import org.rescuekey.engine.Report;
import org.rescuekey.engine.RescueService;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.tui.model.Cmd;
import org.rescuekey.tui.model.Msg;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what takes time on background threads and answers with messages. The threads are platform threads, because calls
 * into the kernel by native code hold on to the carrier of a virtual one, of which a small machine has one or two. Called
 * from the event loop.
 */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final RescueService service;
    private final TuiHost host;
    private final Clock clock;
    private final Consumer<Msg> messages;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("tui-worker-", 1).factory());
    private @Nullable JobControl control;

    Worker(RescueService service, TuiHost host, Clock clock, Consumer<Msg> messages) {
        this.service = service;
        this.host = host;
        this.clock = clock;
        this.messages = messages;
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
            case Cmd.MakePlan make ->
                answer(make.ticket(), () -> new Msg.PlanMade(make.ticket(), service.plan(make.request())));
            case Cmd.RunJob(ConfirmedPlan plan) -> runJob(plan);
            case Cmd.PauseJob(boolean on) -> {
                if (control != null) {
                    control.pause(on);
                }
            }
            case Cmd.CancelJob() -> {
                if (control != null) {
                    control.cancel();
                }
            }
            case Cmd.PowerOff() -> ask(host::powerOff, "The machine could not be powered off: ");
            case Cmd.Reboot() -> ask(host::reboot, "The machine could not be restarted: ");
            case Cmd.RunShell(), Cmd.Repaint(), Cmd.Quit() ->
                throw new IllegalArgumentException(command + " is for the event loop");
        }
    }

    private interface Question {
        Msg answer() throws RescueException;
    }

    private interface HostCall {
        void call() throws IOException;
    }

    private void answer(int ticket, Question question) {
        background(() -> messages.accept(answerTo(ticket, question)));
    }

    private static Msg answerTo(int ticket, Question question) {
        try {
            return question.answer();
        } catch (RefusedException e) {
            return new Msg.Failed(ticket, e.reason(), e.remedy());
        } catch (RescueException e) {
            return new Msg.Failed(ticket, String.valueOf(e.getMessage()), "");
        } catch (RuntimeException e) {
            LOG.error("internal error", e);
            return new Msg.Failed(ticket, internal(e), "Nothing was written.");
        }
    }

    private void ask(HostCall call, String failure) {
        background(() -> {
            try {
                call.call();
            } catch (IOException e) {
                messages.accept(new Msg.HostDone(failure + e.getMessage()));
            }
        });
    }

    private void runJob(ConfirmedPlan plan) {
        JobControl handle = new JobControl(event -> {
            if (!(event instanceof JobEvent.Finished)) {
                messages.accept(new Msg.JobTold(event));
            }
        });
        control = handle;
        Instant started = clock.instant();
        background(() -> {
            Report report;
            try {
                report = service.run(plan, handle);
            } catch (RuntimeException e) {
                LOG.error("internal error in a job", e);
                report = failed(plan, started, e);
            }
            // Whoever sees the report may pull the disk with the images out.
            service.releasePlaces();
            messages.accept(new Msg.JobTold(new JobEvent.Finished(report)));
        });
    }

    private void background(Runnable task) {
        threads.execute(task);
    }

    private Report failed(ConfirmedPlan plan, Instant started, RuntimeException e) {
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
                List.of(),
                List.of("Do not rely on the target or the image. Please report this error with the log."),
                "",
                service.version());
    }

    private static String internal(RuntimeException e) {
        return "An internal error: " + e;
    }
}
