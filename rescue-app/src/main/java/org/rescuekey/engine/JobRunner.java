package org.rescuekey.engine;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.FormatVersionException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Step;

/**
 * Runs a plan as a job: journal around it, every way in which it can end turned into words, a state and a report. Nothing
 * that goes wrong ends as success.
 */
final class JobRunner {
    private static final String NOTHING_NEW = "Nothing is complete that was not complete before.";
    private static final String PLAN_AGAIN =
            "The source no longer reads as it did when this was planned; plan it again.";
    private static final String ANOTHER_IMAGE = "Use another image; keep this one until you have one that verifies."
            + " What is whole of it comes back by \"restore --accept-damage\".";

    private final Jobs jobs;
    private final Journal journal;
    private final Clock clock;
    private final Ticker ticker;
    private final String version;

    JobRunner(Jobs jobs, Journal journal, Clock clock, Ticker ticker, String version) {
        this.jobs = jobs;
        this.journal = journal;
        this.clock = clock;
        this.ticker = ticker;
        this.version = version;
    }

    Report run(ConfirmedPlan confirmed, JobControl control) {
        Plan plan = confirmed.plan();
        Instant started = clock.instant();
        try (Journal.Entry entry = journal.open(plan, started)) {
            Consumer<JobEvent> listener = event -> {
                entry.record(event);
                control.tell(event);
            };
            DeviceWatch watch = new DeviceWatch();
            Meter meter =
                    new Meter(listener, ticker, control, watch, plan.steps().size());
            Outcome outcome = supervised(confirmed, control, meter, watch);
            meter.close();
            Course course = meter.course();
            List<String> details = new ArrayList<>(outcome.details());
            details.addAll(entry.problems());
            Report report = report(plan, outcome, started, meter, course, details);
            int known = entry.problems().size();
            entry.save(report, plan, besideImages(plan, outcome));
            if (entry.problems().size() > known) {
                details.addAll(entry.problems().subList(known, entry.problems().size()));
                report = report(plan, outcome, started, meter, course, details);
            }
            listener.accept(new JobEvent.Finished(report));
            return report;
        }
    }

    /** Where a report goes beside the images that it speaks of: the one that it names, and if all are, those in further places. */
    private static List<Path> besideImages(Plan plan, Outcome outcome) {
        if (plan.kind() != JobKind.CAPTURE || outcome.resultPath().isEmpty() || isEncrypted(plan)) {
            return List.of();
        }
        List<String> images = new ArrayList<>(List.of(outcome.resultPath()));
        if (outcome.state().isSuccess()) {
            Jobs.steps(plan, Step.AlsoStore.class).forEach(also -> images.add(also.path()));
        }
        return images.stream().map(image -> Path.of(image + ".report")).toList();
    }

    /** Beside an encrypted image, nothing tells in the clear what disk it is of. */
    private static boolean isEncrypted(Plan plan) {
        return Jobs.steps(plan, Step.StoreImage.class).stream().anyMatch(Step.StoreImage::encrypted);
    }

    private Report report(
            Plan plan, Outcome outcome, Instant started, Meter meter, Course course, List<String> details) {
        return new Report(
                plan.kind(),
                outcome.state(),
                outcome.headline(),
                plan.title(),
                plan.digest(),
                started,
                clock.instant(),
                meter.readBytes(),
                meter.writtenBytes(),
                details,
                outcome.nextSteps(),
                outcome.resultPath(),
                version,
                course);
    }

    /** Runs the job, and does without its end where it was cancelled and a device keeps it from coming to one. */
    private Outcome supervised(ConfirmedPlan confirmed, JobControl control, Meter meter, DeviceWatch watch) {
        Jobs watched = jobs.watchedBy(watch);
        try {
            JobSupervisor.End end = new JobSupervisor(ticker, control, meter, watch)
                    .run(() -> outcome(watched, confirmed, control, meter));
            return end.outcome().orElseGet(() -> new LeftBehind(confirmed.plan(), watch).outcome(end.waiting()));
        } catch (OutOfMemoryError e) { // no thread
            return broken(confirmed.plan(), new JobFailure(e, NOTHING_NEW, JobState.FAILED));
        }
    }

    private static Outcome outcome(Jobs jobs, ConfirmedPlan confirmed, JobControl control, Meter meter) {
        try {
            return jobs.run(confirmed, control, meter);
        } catch (JobFailure failure) {
            return broken(confirmed.plan(), failure);
        } catch (RescueException e) {
            return notBegun(confirmed.plan(), e);
        } catch (RuntimeException | Error e) { // a mistake ends in a report, never without one
            return broken(confirmed.plan(), new JobFailure(e, NOTHING_NEW, JobState.FAILED));
        }
    }

    /** Words and state for a job that stopped after it had begun to write, or in a way that nobody foresaw. */
    private static Outcome broken(Plan plan, JobFailure failure) {
        Throwable reason = failure.reason();
        List<String> details = new ArrayList<>(List.of(failure.consequence()));
        if (isMistake(reason)) {
            Arrays.stream(reason.getStackTrace()).limit(5).forEach(frame -> details.add("at " + frame));
        }
        JobState state = reason instanceof CancelledException ? JobState.CANCELLED : failure.state();
        return new Outcome(state, headline(reason), details, List.of(nextStep(reason, plan.kind())), "");
    }

    private static boolean isMistake(Throwable reason) {
        return !(reason instanceof RescueException) && !(reason instanceof OutOfMemoryError);
    }

    /** Words and state for a job that ended before it wrote anything, or that only reads. */
    private static Outcome notBegun(Plan plan, RescueException reason) {
        boolean verify = plan.kind() == JobKind.VERIFY;
        JobState state =
                switch (reason) {
                    case CancelledException ignored -> JobState.CANCELLED;
                    case DeviceException busy when busy.errno() == DeviceException.EBUSY -> JobState.REFUSED;
                    case DeviceException ignored -> JobState.FAILED;
                    case FormatVersionException ignored -> JobState.REFUSED;
                    case WrongPasswordException ignored -> JobState.REFUSED;
                    case PasswordNeededException ignored -> JobState.REFUSED;
                    case RefusedException ignored -> verify ? JobState.DAMAGED : JobState.REFUSED;
                    case IntegrityException ignored -> verify ? JobState.DAMAGED : JobState.FAILED;
                    case MalformedDataException ignored -> verify ? JobState.DAMAGED : JobState.FAILED;
                };
        return new Outcome(
                state,
                headline(reason),
                List.of(verify ? "The image was only read." : "Nothing was written."),
                List.of(nextStep(reason, plan.kind())),
                "");
    }

    private static String headline(Throwable reason) {
        return switch (reason) {
            case RescueException expected -> headline(expected);
            case OutOfMemoryError ignored -> "There is not enough memory.";
            default -> "A mistake in this program ended the job: " + reason;
        };
    }

    private static String nextStep(Throwable reason, JobKind kind) {
        return switch (reason) {
            case RescueException expected -> nextStep(expected, kind);
            case OutOfMemoryError ignored ->
                "Close other programs, or use a machine with more memory, then run it again.";
            default -> "Send this report to those who make Rescue Key.";
        };
    }

    private static String headline(RescueException reason) {
        String message = String.valueOf(reason.getMessage());
        return switch (reason) {
            case RefusedException refused -> refused.reason();
            case DeviceException full when full.isOutOfSpace() -> "There is no space left: " + message;
            default -> message;
        };
    }

    private static String nextStep(RescueException reason, JobKind kind) {
        return switch (reason) {
            case RefusedException refused -> refused.remedy();
            case CancelledException ignored -> "Run it again.";
            case DeviceException full
            when full.isOutOfSpace() -> "Make room or choose another place, then run it again.";
            case DeviceException busy
            when busy.errno() == DeviceException.EBUSY -> "Close or unmount what uses it, then run it again.";
            case DeviceException ignored -> "Check the cable and the health of the disk, then run it again.";
            case FormatVersionException ignored -> "Use the Rescue Key that made it, or a later one.";
            case PasswordNeededException ignored -> "Give its password, then run it again.";
            case WrongPasswordException ignored -> "Give a password of this image set, then run it again.";
            case IntegrityException ignored -> ANOTHER_IMAGE;
            case MalformedDataException ignored -> kind == JobKind.CLONE ? PLAN_AGAIN : ANOTHER_IMAGE;
        };
    }
}
