package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.rescuekey.image.ImageKind;
import org.rescuekey.plan.PlanResult.Planned;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.units.ByteCount;

/**
 * Plans which images of a set go. One that goes although others build on it is merged into the one that does, so that no
 * restore point that stays is lost; one that several others build on stays until all but one of them have gone. What
 * earlier ones left when they were cut off goes first. Nothing goes while something is there that may need it. Pure.
 */
public final class RetentionPlanner {
    /** A merged file is hardly longer than what it is made of: an index that is stored anew. */
    private static final long INDEX_BYTES = 1 << 20;

    private final SetSurvey set;
    private final String directory;
    private final ImageTree tree;
    private final Set<String> kept;
    private final Map<String, Integer> neededBy = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Precondition> preconditions = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private long bytes;
    /** Of the newest image of each merger, the path of what it becomes. */
    private final Map<String, String> mergedTo = new HashMap<>();

    /** Those of them that build on nothing then, so that their read-back reads all that a restore does. */
    private final Set<String> isMergedIntoFull = new HashSet<>();

    private long largestMerger;

    private RetentionPlanner(SetSurvey set, ImageTree tree, Set<ImageFacts> wanted) {
        this.set = set;
        this.directory = set.directory();
        this.tree = tree;
        Set<ImageFacts> all = new HashSet<>(wanted);
        all.addAll(SetCheck.pinned(set, tree, effects));
        this.kept = all.stream().map(ImageFacts::path).collect(Collectors.toSet());
        this.names.addAll(set.names());
        preconditions.add(new Precondition.SetIs(directory, set.imageFiles()));
        for (ImageFacts image : tree.images().reversed()) {
            // Newest first: what builds on an image was looked at before it.
            ImageFacts parent = isNeeded(image) ? tree.parent(image) : null;
            if (parent != null) {
                neededBy.merge(parent.path(), 1, Integer::sum);
            }
        }
    }

    /** Plans a synthetic full image. */
    public static PlanResult consolidate(Request.Consolidate request, SetSurvey set) {
        ImageTree tree = new ImageTree(set.images());
        Optional<Refused> refusal = refusal(set, tree);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        ImageFacts top = tree.images().getLast();
        if (!request.upTo().isEmpty()) {
            List<ImageFacts> named = tree.images().stream()
                    .filter(image -> image.path().equals(request.upTo()))
                    .toList();
            if (named.isEmpty()) {
                return new Refused(
                        request.upTo() + " is not an image of this set that can be restored.",
                        "Name one that \"rescuekey list\" shows as complete.");
            }
            top = named.getFirst();
        }
        Set<ImageFacts> gone = new HashSet<>();
        for (ImageFacts at = tree.parent(top); at != null; at = tree.parent(at)) {
            gone.add(at);
        }
        Set<ImageFacts> kept = new LinkedHashSet<>(tree.images());
        kept.removeAll(gone);
        RetentionPlanner planner = new RetentionPlanner(set, tree, kept);
        String line = "rescuekey consolidate " + Shell.quote(set.directory())
                + (request.upTo().isEmpty() ? "" : " --to " + Shell.quote(request.upTo()));
        String title = "Consolidate " + set.directory() + " up to " + ParentChooser.name(top);
        return planner.plan(JobKind.CONSOLIDATE, title, line);
    }

    /** Plans what the keep rules ask. */
    public static PlanResult prune(Request.Prune request, SetSurvey set) {
        KeepRules rules = request.rules();
        if (rules.isEmpty()) {
            return new Refused(
                    "No rule says what to keep, so everything would go.",
                    "Give at least one of --keep-last, --keep-daily, --keep-weekly and --keep-monthly.");
        }
        ImageTree tree = new ImageTree(set.images());
        Optional<Refused> refusal = refusal(set, tree);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Set<ImageFacts> kept = rules.kept(tree.images(), ImageTree::created);
        RetentionPlanner planner = new RetentionPlanner(set, tree, kept);
        String line = "rescuekey prune " + Shell.quote(set.directory()) + option("last", rules.last())
                + option("daily", rules.daily()) + option("weekly", rules.weekly())
                + option("monthly", rules.monthly());
        return planner.plan(JobKind.PRUNE, "Prune " + set.directory(), line);
    }

    private static Optional<Refused> refusal(SetSurvey set, ImageTree tree) {
        Optional<Refused> needed = SetCheck.refusal(set, tree);
        if (needed.isPresent() || !tree.images().isEmpty()) {
            return needed;
        }
        return Optional.of(new Refused(
                "There is no image in " + set.directory() + " that can be restored.",
                "Name the directory of an image set."));
    }

    private static String option(String name, int count) {
        return count == 0 ? "" : " --keep-" + name + " " + count;
    }

    private PlanResult plan(JobKind kind, String title, String commandLine) {
        removeLeftovers();
        finishWhatWasCutOff();
        mergeNeeded();
        deleteUnneeded();
        if (steps.isEmpty()) {
            effects.add(Effect.result("Nothing has to go: all " + tree.images().size() + " restore points stay."));
        }
        if (largestMerger > 0) {
            long needed = largestMerger + largestMerger / 64 + INDEX_BYTES;
            String room = "Merging needs up to " + ByteCount.text(needed) + " beside what is there, and " + directory
                    + " has " + ByteCount.text(set.freeBytes()) + " free.";
            if (set.freeBytes() < needed) {
                return new Refused(room, "Free space there, or copy the set to a larger place first.");
            }
            effects.add(Effect.warning(room));
        }
        return new Planned(
                new Plan(kind, title, preconditions, steps, effects, bytes, bytes, commandLine, overwrites()));
    }

    /** What stands for no restore point, and that nothing can go on with. */
    private void removeLeftovers() {
        List<String> mergers = set.begun().stream()
                .filter(begun -> begun.kind() == BegunImage.Kind.MERGER)
                .map(BegunImage::name)
                .toList();
        List<String> left = new ArrayList<>(mergers);
        left.addAll(set.deleting());
        if (!left.isEmpty()) {
            steps.add(new Step.DeleteImages(directory, left));
        }
        for (String name : mergers) {
            effects.add(Effect.result(
                    name + " goes: a consolidation that was cut off began it, and what it was made of is here."));
        }
        for (String name : set.deleting()) {
            effects.add(Effect.result("What is left of " + name + " goes: its deletion was cut off."));
        }
    }

    /** Restore points go, so somebody has to want it. */
    private Plan.Overwrite overwrites() {
        boolean loses = effects.stream().anyMatch(effect -> effect.kind() == Effect.Kind.LOSS);
        String set = directory.substring(directory.lastIndexOf('/') + 1);
        String phrase = set.length() <= 4 ? set : set.substring(set.length() - 4);
        return loses
                ? new Plan.Overwrite(
                        directory, "restore points in " + directory, phrase, "last four characters of the folder", true)
                : Plan.Overwrite.NOTHING;
    }

    /** A consolidation that was cut off behind its rename left images that another one stands for. */
    private void finishWhatWasCutOff() {
        List<ImageFacts> standIns = tree.replaced().values().stream()
                .distinct()
                .sorted(Comparator.comparing(ImageFacts::path))
                .toList();
        for (ImageFacts standIn : standIns) {
            List<ImageFacts> old = tree.replaced().entrySet().stream()
                    .filter(entry -> entry.getValue().equals(standIn))
                    .map(Map.Entry::getKey)
                    .sorted(newestFirst())
                    .toList();
            require(standIn);
            old.forEach(this::require);
            steps.add(new Step.VerifyImage(standIn.path(), false));
            steps.add(new Step.DeleteImages(
                    directory, old.stream().map(ParentChooser::name).toList()));
            effects.add(Effect.result(ParentChooser.name(standIn) + " takes the place of "
                    + old.stream().map(ParentChooser::name).sorted().toList() + ", as begun before."));
        }
    }

    private void deleteUnneeded() {
        List<ImageFacts> unneeded = tree.images().stream()
                .filter(image -> !isNeeded(image))
                .sorted(newestFirst())
                .toList();
        if (!unneeded.isEmpty()) {
            unneeded.forEach(this::require);
            proveNewest();
            steps.add(new Step.DeleteImages(
                    directory, unneeded.stream().map(ParentChooser::name).toList()));
            unneeded.forEach(this::lose);
        }
    }

    /** Restore points go only where one that stays was read whole: what rots unseen must not be all that is left. */
    private void proveNewest() {
        ImageFacts newest = tree.images().stream()
                .filter(image -> kept.contains(image.path()))
                .max(newestFirst().reversed())
                .orElseThrow();
        if (!isMergedIntoFull.contains(newest.path())) {
            require(newest);
            steps.add(new Step.VerifyImage(mergedTo.getOrDefault(newest.path(), newest.path()), false));
            bytes += newest.usedBytes();
        }
    }

    /** Kept, or something that is kept builds on it. */
    private boolean isNeeded(ImageFacts image) {
        return kept.contains(image.path()) || neededBy.containsKey(image.path());
    }

    /** Kept, or needed by several. */
    private boolean stays(ImageFacts image) {
        return kept.contains(image.path()) || neededBy.getOrDefault(image.path(), 0) > 1;
    }

    private void mergeNeeded() {
        for (ImageFacts image : tree.images()) {
            if (!isNeeded(image) || !stays(image)) {
                continue;
            }
            if (!kept.contains(image.path())) {
                effects.add(Effect.warning(ParentChooser.name(image) + " stays: several images build on it."));
            }
            List<ImageFacts> run = new ArrayList<>(List.of(image));
            for (ImageFacts at = tree.parent(image); at != null && !stays(at); at = tree.parent(at)) {
                run.add(at);
            }
            if (run.size() > 1) {
                merge(run);
            }
        }
    }

    /** @param run the images, newest first */
    private void merge(List<ImageFacts> run) {
        run.forEach(this::require);
        ImageFacts top = run.getFirst();
        ImageKind kind = tree.parent(run.getLast()) == null ? ImageKind.FULL : ImageKind.INCREMENTAL;
        String name = ImageNaming.name(kind, ImageTree.created(top), names, suffix(top));
        names.add(name);
        List<String> old = run.stream().map(ParentChooser::name).toList();
        steps.add(new Step.MergeImages(directory, old, name));
        steps.add(new Step.VerifyImage(directory + "/" + name, false, true));
        mergedTo.put(top.path(), directory + "/" + name);
        if (kind == ImageKind.FULL) {
            isMergedIntoFull.add(top.path());
        }
        steps.add(new Step.DeleteImages(directory, old));
        long size = run.stream().mapToLong(ImageFacts::storedBytes).sum();
        bytes += size;
        largestMerger = Math.max(largestMerger, size);
        effects.add(Effect.result(name + ", " + kind.name().toLowerCase(Locale.ROOT) + ", takes the place of "
                + String.join(", ", old.reversed()) + "; the restore point of "
                + RestorePlanner.time(ImageTree.created(top)) + " stays."));
        boolean isLocked = run.stream().anyMatch(image -> image.state() == ImageFacts.State.LOCKED);
        if (isLocked) {
            effects.add(Effect.warning("Without the password, what " + name
                    + " holds is checked by its checksums alone," + " and its index is not proven by the key."));
        }
        run.subList(1, run.size()).forEach(this::lose);
    }

    private static String suffix(ImageFacts image) {
        String name = ParentChooser.name(image);
        return name.substring(name.lastIndexOf('.'));
    }

    private void lose(ImageFacts image) {
        effects.add(Effect.loss("The restore point of " + RestorePlanner.time(ImageTree.created(image)) + " ("
                + ParentChooser.name(image) + ", " + ByteCount.text(image.storedBytes()) + ")"));
    }

    private void require(ImageFacts image) {
        preconditions.add(new Precondition.ImageIs(image.path(), image.imageId(), image.rootHash()));
    }

    private static Comparator<ImageFacts> newestFirst() {
        return Comparator.comparing(ImageTree::created)
                .thenComparing(ImageFacts::path)
                .reversed();
    }
}
