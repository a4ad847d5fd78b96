package org.rescuekey.engine;

import java.util.List;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockDecoder;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;

/**
 * Reads all that a restore would, before anything is written, and tells which blocks cannot be had: because they are not what
 * their hash says, or because the medium of the image does not give them. For one use.
 */
final class DamageSearch {
    private final ImageReader image;
    private final Meter meter;
    private final JobControl control;
    private final int workers;
    private final Losses losses = new Losses();

    DamageSearch(ImageReader image, Meter meter, JobControl control, int workers) {
        this.image = image;
        this.meter = meter;
        this.control = control;
        this.workers = workers;
    }

    /**
     * Looks through streams.
     *
     * @throws RefusedException if the index is damaged: what it lists is not known then
     */
    Losses run(List<Integer> streams) throws RescueException {
        List<ImageSlot> slots = ImageSlot.pool(image.header().blockSize(), workers);
        for (int stream : streams) {
            ImageWalk walk = ImageWalk.strict(image, stream);
            new Pipeline<>("search", slots, workers).run(slot -> fill(walk, slot), this::worker, slot -> {
                meter.done(slot.used().totalBytes());
                control.checkpoint();
            });
        }
        return losses;
    }

    private boolean fill(ImageWalk walk, ImageSlot slot) throws RescueException {
        control.checkpoint();
        if (!next(walk, slot)) {
            return false;
        }
        try {
            image.readStored(slot.entries.getFirst(), slot.entries.getLast(), slot.stored.clear());
        } catch (DeviceException e) {
            requireBadSector(e);
            for (BlockEntry entry : slot.entries) {
                readAlone(entry, slot);
            }
        }
        meter.read(slot.stored.limit());
        return true;
    }

    private static boolean next(ImageWalk walk, ImageSlot slot) throws RescueException {
        try {
            return walk.next(slot);
        } catch (DeviceException e) {
            throw e;
        } catch (RescueException e) {
            throw new RefusedException(
                    "The index of the image is damaged: " + e.getMessage() + ".",
                    "Nothing was written. Copy the image, let \"rescuekey recover\" index the copy anew, and restore that.");
        }
    }

    private void readAlone(BlockEntry entry, ImageSlot slot) throws RescueException {
        slot.stored.clear();
        try {
            image.readStored(entry, slot.storedOf(entry));
        } catch (DeviceException e) {
            requireBadSector(e);
            lost(entry, e);
        }
    }

    private static void requireBadSector(DeviceException e) throws DeviceException {
        if (!e.isUnreadableSector()) {
            throw e;
        }
    }

    private void lost(BlockEntry entry, RescueException why) throws RefusedException {
        losses.add(entry);
        meter.note(String.valueOf(why.getMessage()));
    }

    private Pipeline.Worker<ImageSlot> worker() {
        BlockDecoder decoder = new BlockDecoder(image);
        return new Pipeline.Worker<>() {
            @Override
            public void process(ImageSlot slot) throws RescueException {
                for (BlockEntry entry : slot.entries) {
                    if (losses.contains(entry)) {
                        continue;
                    }
                    try {
                        decoder.decode(entry, slot.storedOf(entry), slot.plainOf(entry));
                    } catch (DeviceException e) {
                        throw e;
                    } catch (RescueException e) {
                        lost(entry, e);
                    }
                }
            }

            @Override
            public void close() {
                decoder.close();
            }
        };
    }
}
