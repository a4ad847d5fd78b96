package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockDecoder;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Fills a target from an image: a restore. */
final class ImageFill implements TargetFill {
    private final ImageReader image;
    private final Losses losses;
    private final DeviceOpener devices;
    private final Plan plan;
    private final Meter meter;
    private final JobControl control;
    private final int workers;
    private final WrittenBlocks written = new WrittenBlocks();
    private final RestoreJob restore;

    /** @param losses blocks that are left out: their place becomes zeros */
    ImageFill(
            ImageReader image,
            Losses losses,
            TargetWriter target,
            Delta delta,
            DeviceOpener devices,
            Plan plan,
            Meter meter,
            JobControl control,
            int workers) {
        this.image = image;
        this.losses = losses;
        this.devices = devices;
        this.plan = plan;
        this.meter = meter;
        this.control = control;
        this.workers = workers;
        this.restore = new RestoreJob(image, losses, target, delta, written, meter, control, workers);
    }

    private List<Step.WriteStream> streams() {
        return Jobs.steps(plan, Step.WriteStream.class);
    }

    @Override
    public void write(Step step) throws RescueException {
        restore.write((Step.WriteStream) step);
    }

    @Override
    public void writeAgain(ExtentSet erased) throws RescueException {
        for (Step.WriteStream step : streams()) {
            ExtentSet inStream =
                    erased.intersect(step.onTarget()).shift(-step.onTarget().start());
            restore.writeAgain(step, inStream);
        }
    }

    @Override
    public void readBack() throws RescueException {
        try (BlockDevice target = devices.openVerify(Jobs.path(plan, Precondition.Role.TARGET))) {
            ReadBackJob job = new ReadBackJob(image, losses, written, target, meter, control, workers);
            for (Step.WriteStream step : streams()) {
                job.compare(step);
            }
        }
    }

    @Override
    public List<TableWrite> content(Step.WriteLast step, Extent extent) throws RescueException {
        int blockBytes = image.header().blockSize().bytes();
        List<TableWrite> writes = new ArrayList<>();
        try (BlockDecoder decoder = new BlockDecoder(image)) {
            ImageSlot slot = new ImageSlot(image.header().blockSize());
            for (long block = extent.start() / blockBytes; block * blockBytes < extent.end(); block++) {
                Optional<BlockEntry> found = image.block(step.stream(), block);
                if (found.isPresent() && !losses.contains(found.get())) {
                    writes.addAll(content(step, extent, found.get(), slot, decoder));
                }
            }
        }
        return writes;
    }

    private List<TableWrite> content(
            Step.WriteLast step, Extent extent, BlockEntry entry, ImageSlot slot, BlockDecoder decoder)
            throws RescueException {
        slot.entries.clear();
        slot.take(entry);
        image.readStored(entry, slot.stored.clear());
        decoder.decode(entry, slot.storedOf(entry), slot.plainOf(entry));
        List<TableWrite> writes = new ArrayList<>();
        for (Extent run : slot.usedOf(entry).intersect(extent)) {
            byte[] bytes = new byte[Math.toIntExact(run.length())];
            slot.plainAt(run).get(bytes);
            writes.add(new TableWrite(step.onTarget().start() + run.start(), bytes, step.what()));
        }
        return writes;
    }

    @Override
    public boolean holdsStart(int stream) {
        return !losses.contains(stream, 0);
    }

    @Override
    public long totalBytes(Step step) {
        return switch (step) {
            case Step.WriteStream write -> usedBytes(write.stream());
            case Step.ReadBack ignored ->
                streams().stream().mapToLong(write -> usedBytes(write.stream())).sum();
            default -> 0;
        };
    }

    private long usedBytes(int stream) {
        return image.description().stream(stream).orElseThrow().usedBytes();
    }
}
