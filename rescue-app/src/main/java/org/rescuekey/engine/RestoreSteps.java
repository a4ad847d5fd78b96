package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.Reads;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;

/**
 * Carries out a restore: opens the target for this process alone, checks everything again, then step by step. Before the
 * first step nothing was written; after it the target is incomplete until the last step and its proof are done. For one
 * use.
 */
final class RestoreSteps {
    private static final int ERASED_AT_ONCE_BYTES = 1 << 20;

    private final DeviceOpener devices;
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final int workers;
    private final Plan plan;
    private final String path;
    private final JobControl control;
    private final Meter meter;
    private Losses losses = new Losses();

    RestoreSteps(
            DeviceOpener devices,
            MachinePort machine,
            ImageCatalog catalog,
            int workers,
            Plan plan,
            JobControl control,
            Meter meter) {
        this.devices = devices;
        this.machine = machine;
        this.catalog = catalog;
        this.workers = workers;
        this.plan = plan;
        this.path = Jobs.path(plan, Precondition.Role.TARGET);
        this.control = control;
        this.meter = meter;
    }

    Outcome run() throws RescueException, JobFailure {
        Path imagePath = Path.of(imagePath());
        EndState imageState = null;
        List<String> lost = List.of();
        try (ImageReader image = isDamageAccepted() ? catalog.openWithLosses(imagePath) : catalog.open(imagePath)) {
            new Preconditions(machine).check(plan, image);
            findDamage(image);
            try (BlockDevice target = devices.openTarget(path)) {
                new Preconditions(machine).check(plan, Precondition.Role.TARGET, target);
                devices.openVerify(path).close(); // what cannot be proven is not begun
                control.checkpoint();
                write(image, target);
                imageState = image.state();
                lost = losses.sentences(image);
            }
        } catch (RescueException e) {
            if (imageState == null) {
                throw e;
            }
            throw new JobFailure(e, "All was written and read back before this.", JobState.FAILED);
        }
        List<String> details = new ArrayList<>();
        reread(details);
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
                "The restore is complete. Everything was read back from the target and matches the image.",
                details,
                isWholeDisk()
                        ? List.of("Take the old disk out before the first start, if it is still in this PC.")
                        : List.of(),
                path);
    }

    private boolean isWholeDisk() {
        return Jobs.steps(plan, Step.WriteStream.class).stream().anyMatch(write -> write.stream() == 0);
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

    /** Once the last parts are being written, which takes a moment, nobody cancels between them. */
    private void write(ImageReader image, BlockDevice target) throws JobFailure {
        boolean last = false;
        try {
            RestoreJob restore = new RestoreJob(image, losses, target, meter, control, workers);
            for (int i = 0; i < plan.steps().size(); i++) {
                Step step = plan.steps().get(i);
                if (!last) {
                    control.checkpoint();
                }
                last |= step instanceof Step.WriteLast || step instanceof Step.WriteTable;
                meter.step(i + 1, step.words(), totalBytes(step, image));
                run(step, restore, image, target);
                target.flush();
                meter.tell();
            }
        } catch (RescueException | RuntimeException | Error e) {
            if (last) {
                eraseAgain(target, e);
            }
            throw new JobFailure(e, consequence(), JobState.FAILED);
        }
    }

    /** What could not be proven must not pass for whole, if the target still lets us see to it. */
    private void eraseAgain(BlockDevice target, Throwable cause) {
        for (Step.Erase erase : Jobs.steps(plan, Step.Erase.class)) {
            try {
                erase(target, erase);
            } catch (RescueException | RuntimeException | Error e) {
                cause.addSuppressed(e);
            }
        }
    }

    private String consequence() {
        String holds = " incomplete: it holds a part of the image and cannot be used. ";
        return isWholeDisk()
                ? "The target " + path + " is" + holds + "The image is unchanged."
                : "What was to be restored on " + path + " is" + holds
                        + "Its other partitions and the image are unchanged.";
    }

    private void run(Step step, RestoreJob restore, ImageReader image, BlockDevice target) throws RescueException {
        switch (step) {
            case Step.Erase erase -> erase(target, erase);
            case Step.WriteStream write -> restore.write(write);
            case Step.ReadBack ignored -> readBack(image);
            case Step.WriteLast last -> new LastWrites(image, losses, target, this::prove).write(last);
            case Step.WriteTable table -> writeAndProve(target, table.writes());
            case Step.FindDamage ignored -> {} // done before the target was opened
            case Step.ReadStream ignored -> throw notOfARestore(step);
            case Step.StoreImage ignored -> throw notOfARestore(step);
            case Step.AlsoStore ignored -> throw notOfARestore(step);
            case Step.VerifyImage ignored -> throw notOfARestore(step);
            case Step.MergeImages ignored -> throw notOfARestore(step);
            case Step.DeleteImages ignored -> throw notOfARestore(step);
            case Step.CopyFile ignored -> throw notOfARestore(step);
        }
    }

    /** Proven at once: an old table or volume that is still there could count instead of the new one. */
    private void erase(BlockDevice target, Step.Erase erase) throws RescueException {
        ByteBuffer zeros = Buffers.aligned(ERASED_AT_ONCE_BYTES);
        for (Extent part : parts(erase)) {
            target.write(part.start(), zeros.clear().limit((int) part.length()));
        }
        target.flush();
        ByteBuffer found = Buffers.aligned(ERASED_AT_ONCE_BYTES);
        try (BlockDevice written = devices.openVerify(path)) {
            for (Extent part : parts(erase)) {
                written.read(part.start(), found.clear().limit((int) part.length()));
                if (!Buffers.isZero(found.flip())) {
                    throw new IntegrityException("The target " + path + " does not hold what was written: what was"
                            + " near byte " + part.start() + " is not erased.");
                }
            }
        }
    }

    private static List<Extent> parts(Step.Erase erase) {
        List<Extent> parts = new ArrayList<>();
        for (Extent extent : erase.extents()) {
            for (long offset = extent.start(); offset < extent.end(); offset += ERASED_AT_ONCE_BYTES) {
                parts.add(new Extent(offset, Math.min(ERASED_AT_ONCE_BYTES, extent.end() - offset)));
            }
        }
        return parts;
    }

    private void readBack(ImageReader image) throws RescueException {
        try (BlockDevice written = devices.openVerify(path)) {
            ReadBackJob job = new ReadBackJob(image, losses, written, meter, control, workers);
            for (Step.WriteStream stream : Jobs.steps(plan, Step.WriteStream.class)) {
                job.compare(stream);
            }
        }
    }

    private void writeAndProve(BlockDevice target, List<TableWrite> writes) throws RescueException {
        for (TableWrite write : writes) {
            target.write(write.offsetBytes(), write.buffer());
            target.flush();
        }
        prove(writes);
    }

    private void prove(List<TableWrite> writes) throws RescueException {
        try (BlockDevice written = devices.openVerify(path)) {
            for (TableWrite write : writes) {
                ByteBuffer found = Reads.at(written, write.offsetBytes(), write.lengthBytes(), write.what());
                if (found.mismatch(write.buffer()) >= 0) {
                    throw new IntegrityException("The target " + path + " does not hold what was written: the "
                            + write.what() + " at byte " + write.offsetBytes() + " differs.");
                }
            }
        }
    }

    private long totalBytes(Step step, ImageReader image) {
        return switch (step) {
            case Step.WriteStream write -> usedBytes(image, write.stream());
            case Step.ReadBack ignored ->
                Jobs.steps(plan, Step.WriteStream.class).stream()
                        .mapToLong(write -> usedBytes(image, write.stream()))
                        .sum();
            default -> 0;
        };
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

    private static IllegalStateException notOfARestore(Step step) {
        return new IllegalStateException("no step of a restore: " + step.words());
    }
}
