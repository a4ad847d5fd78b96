package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.container.BlockDecoder;
import org.rescuekey.image.container.BlockHasher;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
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
    private final BlockDevice target;
    private final Meter meter;
    private final JobControl control;
    private final int workers;
    private final BlockSize blockSize;
    private final List<ImageSlot> slots;

    ReadBackJob(ImageReader image, Losses losses, BlockDevice target, Meter meter, JobControl control, int workers) {
        this.image = image;
        this.losses = losses;
        this.target = target;
        this.meter = meter;
        this.control = control;
        this.workers = workers;
        this.blockSize = image.header().blockSize();
        this.slots = ImageSlot.pool(blockSize, workers);
    }

    /** Compares one stream; throws at the first block that is not what was written. */
    void compare(Step.WriteStream step) throws RescueException {
        ImageWalk walk = ImageWalk.strict(image, step.stream(), losses);
        BlockDevice window = new SliceDevice(target, step.onTarget(), target.name());
        requireZeros(step, window);
        new Pipeline<>("read-back", slots, workers)
                .run(slot -> fill(walk, step, window, slot), () -> new Comparer(step), slot -> {
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

    private void requireZero(Step.WriteStream step, Extent run, ByteBuffer found) throws IntegrityException {
        if (!Buffers.isZero(found)) {
            throw new IntegrityException("The target " + target.name() + " does not hold what was written: "
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

    /** Compares slots with the index; has buffers of its own for blocks of which a part was left out. */
    private final class Comparer implements Pipeline.Worker<ImageSlot> {
        private final Step.WriteStream step;
        private final BlockHasher hasher = BlockHasher.of(image);
        private final BlockDecoder decoder = new BlockDecoder(image);
        private final ImageSlot again = new ImageSlot(blockSize);

        Comparer(Step.WriteStream step) {
            this.step = step;
        }

        @Override
        public void process(ImageSlot slot) throws RescueException {
            for (BlockEntry entry : slot.entries) {
                long start = entry.streamOffsetBytes(blockSize);
                boolean whole = !step.leaveOut().intersects(new Extent(start, entry.plainBytes()));
                if (whole ? !matches(entry, slot.plainOf(entry)) : !matchesInPart(entry, slot)) {
                    throw new IntegrityException(
                            "The target " + target.name() + " does not hold what was written: " + entry.plainBytes()
                                    + " bytes at " + (step.onTarget().start() + start) + " differ.");
                }
            }
        }

        private boolean matches(BlockEntry entry, ByteBuffer plain) {
            return entry.kind() == BlockKind.DATA
                    ? hasher.hash(entry.block(), plain).equals(entry.hash())
                    : Buffers.isZero(plain);
        }

        private boolean matchesInPart(BlockEntry entry, ImageSlot slot) throws RescueException {
            again.entries.clear();
            again.take(entry);
            image.readStored(entry, again.stored.clear());
            decoder.decode(entry, again.storedOf(entry), again.plainOf(entry));
            ExtentSet written = slot.usedOf(entry).subtract(step.leaveOut());
            for (Extent run : written) {
                if (again.plainAt(run).mismatch(slot.plainAt(run)) >= 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() {
            decoder.close();
        }
    }
}
