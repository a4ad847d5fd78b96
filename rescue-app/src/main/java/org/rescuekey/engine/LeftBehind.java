package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;

/**
 * Words for a job that was cancelled while a device did not answer, and was left behind: what is known, and what is not. It
 * asks no device, as that could hang, too.
 */
final class LeftBehind {
    private final Plan plan;
    private final DeviceWatch watch;

    LeftBehind(Plan plan, DeviceWatch watch) {
        this.plan = plan;
        this.watch = watch;
    }

    /** @param waiting the calls that have not come back; empty if it is not known what the job waits for */
    Outcome outcome(List<JobEvent.Waiting> waiting) {
        List<String> details = new ArrayList<>();
        waiting.forEach(call -> details.add(call.words() + "."));
        details.add(consequence());
        details.add("What was asked of it last may still happen when it answers; nothing else is done to it any more."
                + " Until then it stays open, and a source stays read-only.");
        return new Outcome(JobState.CANCELLED, headline(waiting), details, nextSteps(waiting), "");
    }

    private static String headline(List<JobEvent.Waiting> waiting) {
        return waiting.isEmpty()
                ? "Cancelled by the user. The job did not come to its end, and was left behind."
                : "Cancelled by the user, without waiting for "
                        + waiting.getFirst().device() + ", which does not answer.";
    }

    private String consequence() {
        if (!plan.overwrites().isNothing() && !isRetention()) {
            return watch.isTargetTouched()
                    ? "The target " + plan.overwrites().path() + " is incomplete and cannot be used."
                    : "Nothing was written to the target " + plan.overwrites().path() + ".";
        }
        if (isRetention()) {
            return "No image was deleted before what takes its place was proven. Run again, it goes on.";
        }
        if (plan.kind() != JobKind.CAPTURE) {
            return "The image was only read.";
        }
        return watch.isTargetTouched()
                ? "The image is incomplete, or not proven if it has its name already; it says so itself. The same capture,"
                        + " run again, goes on with it. The source is unchanged."
                : "No image was made. The source is unchanged.";
    }

    private boolean isRetention() {
        return plan.kind() == JobKind.CONSOLIDATE || plan.kind() == JobKind.PRUNE;
    }

    private static List<String> nextSteps(List<JobEvent.Waiting> waiting) {
        String device = waiting.isEmpty() ? "the disks" : waiting.getFirst().device();
        return List.of(
                "Check the cable, the power and the health of " + device + ".",
                "Before the next job with it, unplug it and plug it in again, or restart the machine.");
    }
}
