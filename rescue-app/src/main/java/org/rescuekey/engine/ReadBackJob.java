package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Reads back from the medium what a restore wrote and compares it with the hashes in the image's index; the image's blocks
 * themselves are read again only where the plan left a part of a block out.
 */
final class ReadBackJob {
    private final ImageReader image;
    private final Losses losses;
    private final WrittenBlocks written;
    private final BlockDevice target;
    private final Meter meter;
    private final JobControl control;
    private final int workers;
    private final BlockSize blockSize;
    private final List<ImageSlot> slots;

    /** @param written the blocks to read: what the target held already was read when that was found out */
    ReadBackJob(
            ImageReader image,
            Losses losses,
            WrittenBlocks written,
            BlockDevice target,
            Meter meter,
            JobControl control,
            int workers) {
        this.image = image;
        this.losses = losses;
        this.written = written;
        this.target = target;
        this.meter = meter;
        this.control = control;
        this.workers = workers;
        this.blockSize = image.header().blockSize();
        this.slots = ImageSlot.pool(blockSize, workers);
    }

    /** Compares one stream; throws at the first block that is not what was written. */
    void compare(Step.WriteStream step) throws RescueException {
        ImageWalk walk = ImageWalk.strict(
                image,
                step.stream(),
                entry -> !losses.contains(entry) && written.isToBeReadBack(step.stream(), entry.block()));
        BlockDevice window = new SliceDevice(target, step.onTarget(), target.name());
        requireZeros(step, window);
        new Pipeline<>("read-back", slots, workers)
                .run(slot -> fill(walk, step, window, slot), () -> comparer(step), slot -> {
                    meter.done(slot.used().totalBytes());
                    control.checkpoint();
                });
    }

    private void requireZeros(Step.WriteStream step, BlockDevice window) throws RescueException {
        ImageSlot slot = slots.getFirst();
        for (BlockEntry entry : losses.of(step.stream())) {
            slot.entries.clear();
            slot.take(entry);
            for (Extent run : slot.usedOf(entry).subtract(step.leaveOut())) {
                window.read(run.start(), slot.plainAt(run));
                requireZero(step, run, slot.plainAt(run));
            }
        }
        ImageGaps.each(image, step.stream(), window.sizeBytes(), slot.plain.capacity(), gap -> {
            control.checkpoint();
            for (Extent run : ExtentSet.of(gap).subtract(step.leaveOut())) {
                int length = Math.toIntExact(run.length());
                window.read(run.start(), slot.plain.slice(0, length));
                requireZero(step, run, slot.plain.slice(0, length));
            }
        });
    }

    private void requireZero(Step.WriteStream step, Extent run, ByteBuffer found) throws RescueException {
        if (!Buffers.isZero(found)) {
            throw TargetWriter.differs("The target " + target.name() + " does not hold what was written: "
                    + run.length() + " bytes at " + (step.onTarget().start() + run.start()) + " are not zero.");
        }
    }

    private boolean fill(ImageWalk walk, Step.WriteStream step, BlockDevice window, ImageSlot slot)
            throws RescueException {
        control.checkpoint();
        if (!walk.next(slot)) {
            return false;
        }
        Buffers.zero(slot.plain.clear());
        for (Extent run : slot.used().subtract(step.leaveOut())) {
            window.read(run.start(), slot.plainAt(run));
            meter.read(run.length());
        }
        return true;
    }

    private Pipeline.Worker<ImageSlot> comparer(Step.WriteStream step) {
        BlockMatcher matcher = new BlockMatcher(image, step.leaveOut());
        return new Pipeline.Worker<>() {
            @Override
            public void process(ImageSlot slot) throws RescueException {
                for (BlockEntry entry : slot.entries) {
                    if (!matcher.matches(entry, slot.plainOf(entry))) {
                        throw TargetWriter.differs("The target " + target.name()
                                + " does not hold what was written: " + entry.plainBytes() + " bytes at "
                                + (step.onTarget().start() + entry.streamOffsetBytes(blockSize)) + " differ.");
                    }
                }
            }

            @Override
            public void close() {
                matcher.close();
            }
        };
    }
}
