package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.Reads;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.windows.BootSector;

/**
 * Carries out a restore: opens the target for this process alone, checks everything again, then step by step. Before the
 * first step nothing was written; after it the target is incomplete until the last step and its proof are done.
 */
final class RestoreSteps {
    private static final int ZERO_AT_ONCE_BYTES = 1 << 20;

    private final DeviceOpener devices;
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final int workers;

    RestoreSteps(DeviceOpener devices, MachinePort machine, ImageCatalog catalog, int workers) {
        this.devices = devices;
        this.machine = machine;
        this.catalog = catalog;
        this.workers = workers;
    }

    Outcome run(Plan plan, JobControl control, Meter meter) throws RescueException, JobFailure {
        String path = Jobs.path(plan, Precondition.Role.TARGET);
        String imagePath = imagePath(plan);
        Path name = Path.of(imagePath).getFileName();
        EndState imageState;
        try (ImageReader image =
                ImageReader.open(catalog.storeOf(Path.of(imagePath)), name == null ? "" : name.toString())) {
            imageState = image.state();
            new Preconditions(machine).check(plan, image);
            try (BlockDevice target = devices.openTarget(path)) {
                new Preconditions(machine).check(plan, Precondition.Role.TARGET, target);
                write(plan, path, image, target, control, meter);
            }
        }
        List<String> details = new ArrayList<>();
        reread(path, details);
        boolean readable = imageState == EndState.COMPLETE;
        return new Outcome(
                readable ? JobState.COMPLETE : JobState.COMPLETE_WITH_UNREADABLE,
                "The restore is complete. Everything was read back from the target and matches the image.",
                details,
                List.of("Take the old disk out before the first start, if it is still in this PC."),
                path);
    }

    private void write(Plan plan, String path, ImageReader image, BlockDevice target, JobControl control, Meter meter)
            throws RescueException, JobFailure {
        control.checkpoint();
        try {
            for (int i = 0; i < plan.steps().size(); i++) {
                Step step = plan.steps().get(i);
                meter.step(i + 1, step.words(), totalBytes(plan, step, image));
                run(step, plan, path, image, target, control, meter);
                target.flush();
                meter.tell();
            }
        } catch (RescueException e) {
            throw new JobFailure(
                    e,
                    "The target " + path + " is incomplete: it holds a part of the image and cannot be used. The image"
                            + " is unchanged.",
                    true);
        }
    }

    private void run(
            Step step, Plan plan, String path, ImageReader image, BlockDevice target, JobControl control, Meter meter)
            throws RescueException {
        switch (step) {
            case Step.EraseTable erase -> erase(target, erase);
            case Step.WriteStream write -> new RestoreJob(image, target, meter, control, workers).write(write);
            case Step.ReadBack ignored -> readBack(plan, path, image, control, meter);
            case Step.SetHiddenSectors hidden -> setHiddenSectors(target, path, hidden);
            case Step.WriteTable table -> writeTable(target, path, table);
            case Step.ReadStream ignored -> throw notOfARestore(step);
            case Step.StoreImage ignored -> throw notOfARestore(step);
            case Step.VerifyImage ignored -> throw notOfARestore(step);
            case Step.CopyFile ignored -> throw notOfARestore(step);
        }
    }

    private static void erase(BlockDevice target, Step.EraseTable erase) throws RescueException {
        ByteBuffer zeros = Buffers.aligned(ZERO_AT_ONCE_BYTES);
        for (Extent extent : erase.extents()) {
            for (long offset = extent.start(); offset < extent.end(); offset += ZERO_AT_ONCE_BYTES) {
                int length = (int) Math.min(ZERO_AT_ONCE_BYTES, extent.end() - offset);
                target.write(offset, zeros.clear().limit(length));
            }
        }
    }

    private void readBack(Plan plan, String path, ImageReader image, JobControl control, Meter meter)
            throws RescueException {
        try (BlockDevice written = devices.openVerify(path)) {
            ReadBackJob job = new ReadBackJob(image, written, meter, control, workers);
            for (Step.WriteStream stream : Jobs.steps(plan, Step.WriteStream.class)) {
                job.compare(stream);
            }
        }
    }

    private void setHiddenSectors(BlockDevice target, String path, Step.SetHiddenSectors step) throws RescueException {
        long start = step.onTarget().start();
        int sectorBytes = Math.max(512, target.logicalSector().bytes());
        Optional<BootSector> boot = BootSector.parse(
                Reads.at(target, start, sectorBytes, "boot sector").array());
        if (boot.isEmpty()) {
            throw new MalformedDataException("boot sector", start, "one of NTFS or FAT", "something else");
        }
        byte[] patched = boot.get().withHiddenSectors(step.hiddenSectors());
        List<TableWrite> writes = boot.get().offsets(step.onTarget().length()).stream()
                .map(offset -> new TableWrite(start + offset, patched, "boot sector of " + step.label()))
                .toList();
        writeAndProve(target, path, writes);
    }

    private void writeTable(BlockDevice target, String path, Step.WriteTable table) throws RescueException {
        writeAndProve(target, path, table.writes());
    }

    private void writeAndProve(BlockDevice target, String path, List<TableWrite> writes) throws RescueException {
        for (TableWrite write : writes) {
            target.write(write.offsetBytes(), write.buffer());
            target.flush();
        }
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

    private static long totalBytes(Plan plan, Step step, ImageReader image) {
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

    private void reread(String path, List<String> details) {
        try {
            devices.rereadTable(path);
        } catch (RescueException e) {
            details.add("The kernel did not take up the new partition table (" + e.getMessage()
                    + "); it will at the next start.");
        }
    }

    private static String imagePath(Plan plan) throws RefusedException {
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
