package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockDecoder;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Writes streams of an image to a target: records are read in the order in which they lie in the file, decoded and checked
 * on all cores, and written in ascending order. Where it pays, the target is looked at first, and blocks that it holds are
 * neither read from the image nor written. No byte that does not match its hash reaches the target.
 */
final class RestoreJob {
    private final ImageReader image;
    private final Losses losses;
    private final TargetWriter target;
    private final Delta delta;
    private final WrittenBlocks written;
    private final Meter meter;
    private final JobControl control;
    private final int workers;
    private final List<Slot> slots;

    RestoreJob(
            ImageReader image,
            Losses losses,
            TargetWriter target,
            Delta delta,
            WrittenBlocks written,
            Meter meter,
            JobControl control,
            int workers) {
        this.image = image;
        this.losses = losses;
        this.target = target;
        this.delta = delta;
        this.written = written;
        this.meter = meter;
        this.control = control;
        this.workers = workers;
        this.slots = ImageSlot.pool(image.header().blockSize(), workers).stream()
                .map(Slot::new)
                .toList();
    }

    /** A few blocks, and which of them the target holds already. */
    private static final class Slot {
        final ImageSlot blocks;
        final BitSet same = new BitSet(ImageSlot.BLOCKS);
        boolean compared;

        Slot(ImageSlot blocks) {
            this.blocks = blocks;
        }
    }

    /** Writes one stream; it is on the medium only after the target is flushed. */
    void write(Step.WriteStream step) throws RescueException {
        ImageWalk walk = ImageWalk.strict(image, step.stream(), entry -> !losses.contains(entry));
        writeZeros(step);
        run(step, false, slot -> fill(walk, slot));
    }

    /**
     * Compares some blocks of a stream with the target, and writes those that differ.
     *
     * @param extents bytes from the stream's start
     */
    void writeAgain(Step.WriteStream step, ExtentSet extents) throws RescueException {
        int blockBytes = image.header().blockSize().bytes();
        PrimitiveIterator.OfLong numbers = extents.subtract(step.leaveOut()).stream()
                .flatMapToLong(
                        extent -> LongStream.rangeClosed(extent.start() / blockBytes, (extent.end() - 1) / blockBytes))
                .distinct()
                .iterator();
        run(step, true, slot -> fill(numbers, step.stream(), slot));
    }

    private void run(Step.WriteStream step, boolean isAgain, Pipeline.Reader<Slot> reader) throws RescueException {
        new Pipeline<>("restore", slots, workers)
                .run(reader, () -> new Worker(step), slot -> drain(step, slot, isAgain));
    }

    /** Where a block is lost, or was never captured, nothing of what the target held before may pass for it. */
    private void writeZeros(Step.WriteStream step) throws RescueException {
        ImageSlot slot = slots.getFirst().blocks;
        for (BlockEntry entry : losses.of(step.stream())) {
            slot.entries.clear();
            slot.take(entry);
            zero(step, slot.usedOf(entry), slot.plain);
        }
        ImageGaps.each(image, step.stream(), step.onTarget().length(), slot.plain.capacity(), gap -> {
            control.checkpoint();
            zero(step, ExtentSet.of(gap), slot.plain);
        });
    }

    private void zero(Step.WriteStream step, ExtentSet extents, ByteBuffer buffer) throws RescueException {
        for (Extent run : extents.subtract(step.leaveOut())) {
            long offset = offset(step, run);
            ByteBuffer zeros = buffer.slice(0, Math.toIntExact(run.length()));
            if (!delta.isEnabled() || !target.read(offset, zeros) || !Buffers.isZero(zeros.clear())) {
                Buffers.zero(zeros.clear());
                target.write(offset, zeros);
            }
        }
    }

    private boolean fill(ImageWalk walk, Slot slot) throws RescueException {
        control.checkpoint();
        if (!walk.next(slot.blocks)) {
            return false;
        }
        slot.compared = delta.isWorthComparing();
        ImageSlot blocks = slot.blocks;
        blocks.stored.clear();
        if (!slot.compared) {
            image.readStored(blocks.entries.getFirst(), blocks.entries.getLast(), blocks.stored);
            meter.read(blocks.stored.limit());
        }
        return true;
    }

    private boolean fill(PrimitiveIterator.OfLong numbers, int stream, Slot slot) throws RescueException {
        control.checkpoint();
        slot.blocks.entries.clear();
        slot.compared = true;
        slot.blocks.stored.clear();
        while (numbers.hasNext()) {
            Optional<BlockEntry> entry =
                    image.block(stream, numbers.nextLong()).filter(found -> !losses.contains(found));
            if (entry.isPresent()) {
                slot.blocks.take(entry.get());
                return true;
            }
        }
        return false;
    }

    private long offset(Step.WriteStream step, Extent run) {
        Extent place = run.shift(step.onTarget().start());
        if (!step.onTarget().contains(place)) {
            throw new IllegalArgumentException("outside the stream's place: " + place);
        }
        return place.start();
    }

    private void drain(Step.WriteStream step, Slot slot, boolean isAgain) throws RescueException {
        for (int i = 0; i < slot.blocks.entries.size(); i++) {
            if (!slot.same.get(i)) {
                BlockEntry entry = slot.blocks.entries.get(i);
                ExtentSet used = slot.blocks.usedOf(entry);
                for (Extent run : used.subtract(step.leaveOut())) {
                    target.write(offset(step, run), slot.blocks.plainAt(run));
                }
                written.add(step.stream(), entry.block(), used.totalBytes(), slot.compared);
            }
        }
        if (!isAgain) {
            meter.done(slot.blocks.used().totalBytes());
        }
        control.checkpoint();
    }

    /** Compares what is to be compared, and decodes what is to be written. */
    private final class Worker implements Pipeline.Worker<Slot> {
        private final Step.WriteStream step;
        private final BlockDecoder decoder = new BlockDecoder(image);
        private final BlockMatcher matcher;

        Worker(Step.WriteStream step) {
            this.step = step;
            this.matcher = new BlockMatcher(image, step.leaveOut());
        }

        @Override
        public void process(Slot slot) throws RescueException {
            slot.same.clear();
            ImageSlot blocks = slot.blocks;
            for (int i = 0; i < blocks.entries.size(); i++) {
                BlockEntry entry = blocks.entries.get(i);
                if (slot.compared) {
                    if (isThere(blocks, entry)) {
                        slot.same.set(i);
                        continue;
                    }
                    image.readStored(entry, blocks.storedOf(entry));
                    meter.read(entry.storedBytes());
                }
                decoder.decode(entry, blocks.storedOf(entry), blocks.plainOf(entry));
            }
        }

        private boolean isThere(ImageSlot blocks, BlockEntry entry) throws RescueException {
            ByteBuffer found = blocks.plainOf(entry);
            Buffers.zero(found);
            ExtentSet runs = blocks.usedOf(entry).subtract(step.leaveOut());
            for (Extent run : runs) {
                if (!target.read(offset(step, run), blocks.plainAt(run))) {
                    return false;
                }
            }
            boolean isSame = matcher.matches(entry, found);
            delta.compared(isSame ? runs.totalBytes() : 0, isSame && Buffers.isZero(found));
            return isSame;
        }

        @Override
        public void close() {
            decoder.close();
            matcher.close();
        }
    }
}
