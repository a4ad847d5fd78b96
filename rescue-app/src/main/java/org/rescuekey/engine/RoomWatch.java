package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageStore;
import org.rescuekey.units.ByteCount;

/**
 * Looks now and then, while an image is written, whether what is still to come will fit in its places, judged by what has come so
 * far; and tells of each place once in which it will not. Nobody is stopped by it: space that ends, ends the job.
 *
 * <p>Thread rule: confined to the thread that writes.
 */
final class RoomWatch {
    /** So much is written between two looks. */
    static final long LOOK_EVERY_BYTES = 64 * ByteCount.MIB;

    private final Supplier<List<ImageStore>> places;
    private final long totalBytes;
    private final long judgeFromBytes;
    private final Consumer<String> notes;
    private final long lookEveryBytes;
    private final List<ImageStore> told = new ArrayList<>();
    private long nextLook;
    private long doneBytes;
    private long storedBytes;

    /**
     * A watch over one capture.
     *
     * @param places that are still written to
     * @param totalBytes the used bytes that are gone through
     * @param judgeFromBytes before so many of them are done, what has come says too little of what is to come
     * @param lookEveryBytes what is written between two looks
     */
    RoomWatch(
            Supplier<List<ImageStore>> places,
            long totalBytes,
            long judgeFromBytes,
            Consumer<String> notes,
            long lookEveryBytes) {
        this.places = places;
        this.totalBytes = totalBytes;
        this.judgeFromBytes = judgeFromBytes;
        this.notes = notes;
        this.lookEveryBytes = lookEveryBytes;
        this.nextLook = lookEveryBytes;
    }

    /**
     * More of the source is done.
     *
     * @param used so many of its used bytes
     * @param stored what the image takes for them, be it written now or in a capture that this one goes on with
     * @param fileBytes the length of the image so far
     */
    void done(long used, long stored, long fileBytes) {
        doneBytes += used;
        storedBytes += stored;
        if (fileBytes >= nextLook && doneBytes >= judgeFromBytes) {
            nextLook = fileBytes + lookEveryBytes;
            double all = (double) storedBytes / doneBytes * totalBytes;
            look(Math.max(0, (long) all - fileBytes));
        }
    }

    private void look(long toCome) {
        for (ImageStore place : places.get()) {
            if (!told.contains(place)) {
                try {
                    tell(place, place.freeBytes(), toCome);
                } catch (RescueException e) {
                    told.add(place); // one that cannot say will not be asked again
                }
            }
        }
    }

    private void tell(ImageStore place, long free, long toCome) {
        if (free < toCome) {
            told.add(place);
            notes.accept("Space will not suffice in " + place.place() + ": " + ByteCount.text(free)
                    + " are free, and about " + ByteCount.text(toCome) + " are still to come. Make room there now ("
                    + ByteCount.text(toCome - free)
                    + " or more); if space ends, the job stops and can be gone on with.");
        }
    }
}
