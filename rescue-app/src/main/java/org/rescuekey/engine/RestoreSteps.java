package org.rescuekey.engine;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.container.ImageDevice;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;

/**
 * Carries out a restore: opens the target for this process alone, checks everything again, then step by step. Before the
 * first step nothing was written; after it the target is incomplete until the last step and its proof are done. For one
 * use.
 */
final class RestoreSteps {
    private final DeviceOpener devices;
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final SecureRandom random;
    private final int workers;
    private final ViewTools views;
    private final Plan plan;
    private final String path;
    private final JobControl control;
    private final Meter meter;
    private Losses losses = new Losses();

    RestoreSteps(
            DeviceOpener devices,
            MachinePort machine,
            ImageCatalog catalog,
            SecureRandom random,
            int workers,
            ViewTools views,
            Plan plan,
            JobControl control,
            Meter meter) {
        this.devices = devices;
        this.machine = machine;
        this.catalog = catalog;
        this.random = random;
        this.workers = workers;
        this.views = views;
        this.plan = plan;
        this.path = Jobs.path(plan, Precondition.Role.TARGET);
        this.control = control;
        this.meter = meter;
    }

    Outcome run() throws RescueException, JobFailure {
        Path imagePath = Path.of(imagePath());
        EndState imageState = null;
        List<String> lost = List.of();
        List<String> details = new ArrayList<>();
        boolean isWritten = true;
        try (ImageReader image = isDamageAccepted() ? catalog.openWithLosses(imagePath) : catalog.open(imagePath)) {
            new Preconditions(machine).check(plan, image);
            findDamage(image);
            try (Views made = Views.of(
                            plan, List.of(), step -> ImageDevice.open(image, step.stream()), views, control, meter);
                    BlockDevice target = devices.openTarget(path)) {
                new Preconditions(machine).check(plan, Precondition.Role.TARGET, target);
                devices.openVerify(path).close(); // what cannot be proven is not begun
                control.checkpoint();
                details.addAll(made.sentences());
                TargetSteps steps = write(image, made, target);
                isWritten = steps.hasWritten();
                details.addAll(steps.sentences());
                imageState = image.state();
                lost = losses.sentences(image);
            }
        } catch (RescueException e) {
            if (imageState == null) {
                throw e;
            }
            throw new JobFailure(e, "All was written and read back before this.", JobState.FAILED);
        }
        if (isWritten) {
            reread(details);
        }
        if (losses.count() > 0 || imageState == EndState.INCOMPLETE) {
            details.addAll(0, lost);
            return new Outcome(
                    JobState.DAMAGED,
                    "All that is whole of the image was restored and read back. What is damaged (blocks: "
                            + losses.count() + ")"
                            + (imageState == EndState.INCOMPLETE ? ", and what was never captured," : "")
                            + " is zeros on the target.",
                    details,
                    List.of(
                            "Check the file systems on the target before you rely on them.",
                            "Look in an older image for what lies in the ranges that are listed."),
                    path);
        }
        boolean readable = imageState == EndState.COMPLETE;
        return new Outcome(
                readable ? JobState.COMPLETE : JobState.COMPLETE_WITH_UNREADABLE,
                isWritten
                        ? "The restore is complete. Everything was read back from the target and matches the image."
                        : "The target holds all of the image already; nothing was written.",
                details,
                plan.effects(Effect.Kind.FIRST_START).stream()
                        .map(Effect::words)
                        .toList(),
                path);
    }

    private boolean isWholeDisk() {
        return Jobs.steps(plan, Step.WriteStream.class).stream().anyMatch(write -> write.stream() == 0);
    }

    private boolean isDelta() {
        return Jobs.steps(plan, Step.WriteStream.class).stream().anyMatch(Step.WriteStream::compare);
    }

    private boolean isDamageAccepted() {
        return !Jobs.steps(plan, Step.FindDamage.class).isEmpty();
    }

    /** With the target not opened yet: where too much is lost, it stays as it is. */
    private void findDamage(ImageReader image) throws RescueException {
        for (Step.FindDamage search : Jobs.steps(plan, Step.FindDamage.class)) {
            List<Integer> streams = Jobs.steps(plan, Step.WriteStream.class).stream()
                    .map(Step.WriteStream::stream)
                    .toList();
            meter.step(
                    plan.steps().indexOf(search) + 1,
                    search.words(),
                    streams.stream()
                            .mapToLong(stream -> usedBytes(image, stream))
                            .sum());
            losses = new DamageSearch(image, meter, control, workers).run(streams);
            meter.tell();
        }
    }

    private TargetSteps write(ImageReader image, Views made, BlockDevice target) throws JobFailure {
        Plan resolved = made.resolved(plan);
        Delta delta = new Delta(isDelta());
        TargetWriter writer = new TargetWriter(target, devices, path, Jobs.steps(plan, Step.Erase.class), meter);
        ImageFill fill = new ImageFill(image, losses, writer, delta, devices, resolved, meter, control, workers);
        TargetFill all = fill;
        if (!made.isEmpty()) {
            SourceReader reader = new SourceReader(
                    ReopenableSource.fixed(made.joined()), meter::note, offset -> control.checkpoint());
            // What the image lacks, its own state says; a view of it has the same lacks.
            UnreadableRanges unreadable = new UnreadableRanges();
            CloneJob job = new CloneJob(
                    reader, writer, target.sizeBytes(), delta, unreadable, random.nextLong(), meter, control, workers);
            all = new MixedFill(fill, new SourceFill(reader, unreadable, job, devices, resolved));
        }
        TargetSteps steps = new TargetSteps(resolved, all, writer, delta, control, meter);
        steps.run(consequence());
        return steps;
    }

    private String consequence() {
        String holds = " incomplete: it holds a part of the image and cannot be used. ";
        return isWholeDisk()
                ? "The target " + path + " is" + holds + "The image is unchanged."
                : "What was to be restored on " + path + " is" + holds
                        + "Its other partitions and the image are unchanged.";
    }

    private static long usedBytes(ImageReader image, int stream) {
        return image.description().stream(stream).orElseThrow().usedBytes();
    }

    private void reread(List<String> details) {
        try {
            devices.rereadTable(path);
        } catch (RescueException e) {
            details.add("The kernel did not take up the new partition table (" + e.getMessage()
                    + "); it will at the next start.");
        }
    }

    private String imagePath() throws RefusedException {
        return plan.preconditions().stream()
                .filter(Precondition.ImageIs.class::isInstance)
                .map(condition -> ((Precondition.ImageIs) condition).path())
                .findFirst()
                .orElseThrow(() -> new RefusedException("The plan names no image.", "Plan again."));
    }
}
