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
    private final Delta delta;
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
        this.delta = delta;
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

    /** The image does not change: what was compared need not be compared again. */
    @Override
    public boolean isThere(ExtentSet erased) {
        return true;
    }

    @Override
    public void writeErased(ExtentSet erased) throws RescueException {
        if (delta.sameBytes() == 0) {
            return; // all of it was written behind the erasures
        }
        for (Step.WriteStream step : streams()) {
            restore.writeAgain(step, inStream(step, erased));
        }
    }

    private static ExtentSet inStream(Step.WriteStream step, ExtentSet onTarget) {
        return onTarget.intersect(step.onTarget()).shift(-step.onTarget().start());
    }

    @Override
    public ExtentSet used(ExtentSet extents) throws RescueException {
        ExtentSet.Builder used = ExtentSet.builder();
        int blockBytes = image.header().blockSize().bytes();
        ImageSlot slot = new ImageSlot(image.header().blockSize());
        for (Step.WriteStream step : streams()) {
            for (Extent extent : inStream(step, extents)) {
                for (long block = extent.start() / blockBytes; block * blockBytes < extent.end(); block++) {
                    Optional<BlockEntry> found = image.block(step.stream(), block);
                    if (found.isPresent()) {
                        slot.usedOf(found.get()).shift(step.onTarget().start()).forEach(used::add);
                    }
                }
            }
        }
        return used.build();
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
                if (found.isPresent()) {
                    writes.addAll(content(step, extent, found.get(), slot, decoder));
                } else if (!image.state().isRestorable()) {
                    zeros(step, extent, new Extent(block * blockBytes, blockBytes))
                            .ifPresent(writes::add);
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
        if (losses.contains(entry)) {
            Buffers.zero(slot.plain.clear());
        } else {
            image.readStored(entry, slot.stored.clear());
            decoder.decode(entry, slot.storedOf(entry), slot.plainOf(entry));
        }
        List<TableWrite> writes = new ArrayList<>();
        for (Extent run : slot.usedOf(entry).intersect(extent)) {
            byte[] bytes = new byte[Math.toIntExact(run.length())];
            slot.plainAt(run).get(bytes);
            writes.add(new TableWrite(step.onTarget().start() + run.start(), bytes, step.what()));
        }
        return writes;
    }

    /** What was never captured is zeros on the target, used or not. */
    private static Optional<TableWrite> zeros(Step.WriteLast step, Extent extent, Extent block) {
        return ExtentSet.of(extent)
                .intersect(block)
                .intersect(new Extent(0, step.onTarget().length()))
                .stream()
                .findFirst()
                .map(part -> new TableWrite(
                        step.onTarget().start() + part.start(), new byte[Math.toIntExact(part.length())], step.what()));
    }

    @Override
    public boolean holdsStart(int stream) throws RescueException {
        return !losses.contains(stream, 0) && image.block(stream, 0).isPresent();
    }

    @Override
    public long totalBytes(Step step) {
        return switch (step) {
            case Step.WriteStream write -> usedBytes(write.stream());
            case Step.ReadBack ignored ->
                written.bytesToReadBack(streams().stream()
                        .mapToLong(write -> usedBytes(write.stream()))
                        .sum());
            default -> 0;
        };
    }

    private long usedBytes(int stream) {
        return image.description().stream(stream).orElseThrow().usedBytes();
    }
}
