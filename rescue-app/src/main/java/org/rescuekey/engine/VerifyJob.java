package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockDecoder;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.container.ImageVerifier;
import org.rescuekey.image.index.BlockEntry;

/**
 * Reads an image and checks it. Damage does not stop it: every damaged block is listed with the extent of the disk that it
 * stands for, up to a limit, and all are counted.
 */
final class VerifyJob {
    /** So many damages are listed; more are only counted. */
    private static final int LISTED = 100;

    private final ImageReader image;
    private final Meter meter;
    private final JobControl control;
    private final int workers;
    private final List<String> damages = new ArrayList<>();
    private long damageCount;
    private long structureCount;

    VerifyJob(ImageReader image, Meter meter, JobControl control, int workers) {
        this.image = image;
        this.meter = meter;
        this.control = control;
        this.workers = workers;
    }

    /**
     * Checks all pages of the index, and unless it is a quick check all blocks.
     *
     * @param quick the structure alone
     * @param ownOnly only blocks that lie in this image's own file
     * @return the damages found, a sentence each; empty if the image can be restored
     */
    List<String> run(boolean quick, boolean ownOnly) throws RescueException {
        try (ImageVerifier verifier = new ImageVerifier(image)) {
            verifier.copies().forEach(damage -> damaged(damage.what()));
        }
        structureCount = damageCount;
        List<ImageSlot> slots = ImageSlot.pool(image.header().blockSize(), workers);
        for (int stream : image.streams()) {
            ImageWalk walk = ImageWalk.telling(image, stream, this::damaged, entry -> !ownOnly || entry.image() == 0);
            new Pipeline<>("verify", slots, workers)
                    .run(slot -> fill(walk, slot, quick), () -> checker(quick), slot -> {
                        if (!quick) {
                            meter.done(ownOnly ? storedBytes(slot) : slot.used().totalBytes());
                        }
                        control.checkpoint();
                    });
        }
        if (damageCount > damages.size()) {
            damages.add("And " + (damageCount - damages.size()) + " more.");
        }
        return List.copyOf(damages);
    }

    private static long storedBytes(ImageSlot slot) {
        return slot.entries.getLast().endBytes() - slot.entries.getFirst().offsetBytes();
    }

    /** How many places do not match. */
    long damageCount() {
        return damageCount;
    }

    /** Whether all that was found is damage to copies of which another one is whole. */
    boolean isRestorable() {
        return damageCount == structureCount;
    }

    private boolean fill(ImageWalk walk, ImageSlot slot, boolean quick) throws RescueException {
        control.checkpoint();
        if (!walk.next(slot)) {
            return false;
        }
        if (!quick) {
            image.readStored(slot.entries.getFirst(), slot.entries.getLast(), slot.stored.clear());
            meter.read(slot.stored.limit());
        }
        return true;
    }

    private Pipeline.Worker<ImageSlot> checker(boolean quick) {
        BlockDecoder decoder = new BlockDecoder(image);
        return new Pipeline.Worker<>() {
            @Override
            public void process(ImageSlot slot) throws RescueException {
                if (quick) {
                    return;
                }
                for (BlockEntry entry : slot.entries) {
                    try {
                        decoder.decode(entry, slot.storedOf(entry), slot.plainOf(entry));
                    } catch (DeviceException e) {
                        throw e;
                    } catch (RescueException e) {
                        damaged(e);
                    }
                }
            }

            @Override
            public void close() {
                decoder.close();
            }
        };
    }

    private void damaged(RescueException damage) {
        damaged(String.valueOf(damage.getMessage()));
    }

    private synchronized void damaged(String message) {
        damageCount++;
        if (damages.size() < LISTED) {
            damages.add(message);
            meter.note(message);
        }
    }
}
