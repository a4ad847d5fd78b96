package org.rescuekey.tui;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.KeepRules;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;

/** Plans for the office's set of {@link InventedSets}, as they look to a user; they are not worked out. */
final class FakeRetention {
    private static final String FULL = "001-full-2026-09-01-1902.rki";
    private static final String SECOND = "002-incremental-2026-09-08-1900.rki";
    private static final String THIRD = "003-incremental-2026-09-15-1901.rki";
    private static final String NEWEST = "004-differential-2026-09-22-1900.rki";
    private static final long MERGED_BYTES = 76L << 30;

    private FakeRetention() {}

    /** Whatever is kept beside the newest, nothing has to go. */
    static Plan prune(Request.Prune request) {
        String directory = directory(request.set());
        boolean newestAlone = request.rules().equals(new KeepRules(1, 0, 0, 0));
        List<Step> steps = newestAlone
                ? merging(directory, List.of(NEWEST, FULL), "007-full-2026-09-22-1900.rki", List.of(THIRD, SECOND))
                : List.of();
        List<String> lost = newestAlone ? List.of(THIRD, SECOND, FULL) : List.of();
        return plan(JobKind.PRUNE, "Prune " + directory, directory, steps, lost, "rescuekey prune " + directory);
    }

    static Plan consolidate(Request.Consolidate request) {
        String directory = directory(request.set());
        List<Step> steps = merging(directory, List.of(THIRD, SECOND, FULL), "007-full-2026-09-15-1901.rki", List.of());
        return plan(
                JobKind.CONSOLIDATE,
                "Consolidate " + directory + " up to " + request.upTo().substring(directory.length() + 1),
                directory,
                steps,
                List.of(SECOND, FULL),
                "rescuekey consolidate " + directory);
    }

    private static List<Step> merging(String directory, List<String> merged, String name, List<String> unneeded) {
        List<Step> steps = new ArrayList<>();
        if (!unneeded.isEmpty()) {
            steps.add(new Step.DeleteImages(directory, unneeded));
        }
        steps.add(new Step.MergeImages(directory, merged, name));
        steps.add(new Step.VerifyImage(directory + "/" + name, false, true));
        steps.add(new Step.DeleteImages(directory, merged));
        return steps;
    }

    private static Plan plan(
            JobKind kind, String title, String directory, List<Step> steps, List<String> lost, String commandLine) {
        List<Effect> effects = new ArrayList<>();
        lost.forEach(name -> effects.add(Effect.loss("The restore point of " + name + ".")));
        effects.add(Effect.result(lost.isEmpty() ? "Nothing has to go." : "What stays can be restored."));
        String phrase = directory.substring(directory.length() - 4);
        Plan.Overwrite overwrite = lost.isEmpty()
                ? Plan.Overwrite.NOTHING
                : new Plan.Overwrite(
                        directory,
                        "restore points in " + directory,
                        phrase,
                        "last four characters of the set's folder",
                        true);
        long bytes = lost.isEmpty() ? 0 : MERGED_BYTES;
        return new Plan(kind, title, List.of(), steps, effects, bytes, bytes, commandLine, overwrite);
    }

    private static String directory(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
