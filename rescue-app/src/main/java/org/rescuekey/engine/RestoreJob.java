package org.rescuekey.engine;

import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockDecoder;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Writes streams of an image to a target: records are read in the order in which they lie in the file, decoded and checked
 * on all cores, and written in ascending order. No byte that does not match its hash reaches the target.
 */
final class RestoreJob {
    private final ImageReader image;
    private final Losses losses;
    private final BlockDevice target;
    private final Meter meter;
    private final JobControl control;
    private final int workers;
    private final List<ImageSlot> slots;

    RestoreJob(ImageReader image, Losses losses, BlockDevice target, Meter meter, JobControl control, int workers) {
        this.image = image;
        this.losses = losses;
        this.target = target;
        this.meter = meter;
        this.control = control;
        this.workers = workers;
        this.slots = ImageSlot.pool(image.header().blockSize(), workers);
    }

    /** Writes one stream; it is on the medium only after the target is flushed. */
    void write(Step.WriteStream step) throws RescueException {
        ImageWalk walk = ImageWalk.strict(image, step.stream(), losses);
        BlockDevice window = new SliceDevice(target, step.onTarget(), target.name());
        writeZeros(step, window);
        new Pipeline<>("restore", slots, workers)
                .run(slot -> fill(walk, slot), () -> decoder(image), slot -> drain(step, window, slot));
    }

    /** Where a block is lost, or was never captured, nothing of what the target held before may pass for it. */
    private void writeZeros(Step.WriteStream step, BlockDevice window) throws RescueException {
        ImageSlot slot = slots.getFirst();
        for (BlockEntry entry : losses.of(step.stream())) {
            slot.entries.clear();
            slot.take(entry);
            Buffers.zero(slot.plain.clear());
            for (Extent run : slot.usedOf(entry).subtract(step.leaveOut())) {
                window.write(run.start(), slot.plainAt(run));
            }
        }
        Buffers.zero(slot.plain.clear());
        ImageGaps.each(image, step.stream(), window.sizeBytes(), slot.plain.capacity(), gap -> {
            control.checkpoint();
            for (Extent run : ExtentSet.of(gap).subtract(step.leaveOut())) {
                window.write(run.start(), slot.plain.slice(0, Math.toIntExact(run.length())));
            }
        });
    }

    private boolean fill(ImageWalk walk, ImageSlot slot) throws RescueException {
        control.checkpoint();
        if (!walk.next(slot)) {
            return false;
        }
        image.readStored(slot.entries.getFirst(), slot.entries.getLast(), slot.stored.clear());
        meter.read(slot.stored.limit());
        return true;
    }

    /** A worker that decodes what a slot's records hold. */
    static Pipeline.Worker<ImageSlot> decoder(ImageReader image) {
        BlockDecoder decoder = new BlockDecoder(image);
        return new Pipeline.Worker<>() {
            @Override
            public void process(ImageSlot slot) throws RescueException {
                for (BlockEntry entry : slot.entries) {
                    decoder.decode(entry, slot.storedOf(entry), slot.plainOf(entry));
                }
            }

            @Override
            public void close() {
                decoder.close();
            }
        };
    }

    private void drain(Step.WriteStream step, BlockDevice window, ImageSlot slot) throws RescueException {
        long bytes = 0;
        for (Extent run : slot.used().subtract(step.leaveOut())) {
            window.write(run.start(), slot.plainAt(run));
            bytes += run.length();
        }
        meter.written(bytes);
        meter.done(slot.used().totalBytes());
        control.checkpoint();
    }
}
