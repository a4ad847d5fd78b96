package org.rescuekey.engine;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;

/**
 * Runs a plan as a job: journal around it, every way in which it can end turned into words, a state and a report. Nothing
 * that goes wrong ends as success.
 */
final class JobRunner {
    private final Jobs jobs;
    private final Journal journal;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final String version;

    JobRunner(Jobs jobs, Journal journal, Clock clock, LongSupplier nanoTime, String version) {
        this.jobs = jobs;
        this.journal = journal;
        this.clock = clock;
        this.nanoTime = nanoTime;
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
            Meter meter = new Meter(listener, nanoTime, plan.steps().size());
            Outcome outcome = outcome(confirmed, control, meter);
            List<String> details = new ArrayList<>(outcome.details());
            details.addAll(entry.problems());
            Report report = new Report(
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
                    version);
            listener.accept(new JobEvent.Finished(report));
            boolean besideImage =
                    plan.kind() == JobKind.CAPTURE && !outcome.resultPath().isEmpty();
            entry.save(report, besideImage ? List.of(Path.of(outcome.resultPath() + ".report")) : List.of());
            return report;
        }
    }

    private Outcome outcome(ConfirmedPlan confirmed, JobControl control, Meter meter) {
        try {
            return jobs.run(confirmed, control, meter);
        } catch (JobFailure failure) {
            return ended(confirmed.plan(), failure.reason(), failure.consequence(), failure.started());
        } catch (RescueException e) {
            return ended(confirmed.plan(), e, "Nothing was written.", false);
        } catch (OutOfMemoryError e) {
            return new Outcome(
                    JobState.FAILED,
                    "There is not enough memory.",
                    List.of("Nothing is complete that was not complete before."),
                    List.of("Close other programs, or use a machine with more memory."),
                    "");
        }
    }

    /** Words and state for a job that did not reach its end. */
    private static Outcome ended(Plan plan, RescueException reason, String consequence, boolean wrote) {
        String message = String.valueOf(reason.getMessage());
        boolean resumable = plan.kind() == JobKind.CAPTURE && wrote;
        return switch (reason) {
            case RefusedException refused ->
                new Outcome(JobState.REFUSED, refused.reason(), List.of(consequence), List.of(refused.remedy()), "");
            case CancelledException ignored ->
                new Outcome(JobState.CANCELLED, message, List.of(consequence), List.of("Run it again."), "");
            case DeviceException full
            when full.isOutOfSpace() ->
                new Outcome(
                        resumable ? JobState.INCOMPLETE : JobState.FAILED,
                        "There is no space left: " + message,
                        List.of(consequence),
                        List.of("Make room or choose another place, then run it again."),
                        "");
            case DeviceException ignored ->
                new Outcome(
                        resumable ? JobState.INCOMPLETE : JobState.FAILED,
                        message,
                        List.of(consequence),
                        List.of("Check the cable and the health of the disk, then run it again."),
                        "");
            case IntegrityException ignored -> damaged(plan, message, consequence);
            default -> damaged(plan, message, consequence);
        };
    }

    private static Outcome damaged(Plan plan, String message, String consequence) {
        boolean verify = plan.kind() == JobKind.VERIFY;
        return new Outcome(
                verify ? JobState.DAMAGED : JobState.FAILED,
                message,
                verify ? List.of() : List.of(consequence),
                List.of("Use another image; keep this one until you have one that verifies."),
                "");
    }
}
