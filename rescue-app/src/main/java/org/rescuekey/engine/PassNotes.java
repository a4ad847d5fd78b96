package org.rescuekey.engine;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;

/**
 * Says what is done on a failing source: each pass at its beginning, and where it is now and then, as a single sector can
 * take long. For one thread.
 */
final class PassNotes implements DeadAreas.Tries {
    private static final long EVERY_NANOS = 30_000_000_000L;

    private final Consumer<String> notes;
    private final LongSupplier nanoTime;
    private final JobControl control;
    private String words = "Reading what does not read easily";
    private long leftBytes;
    private long lostBytes;
    private long lastNote;

    /** @param control asked before every try */
    PassNotes(Consumer<String> notes, LongSupplier nanoTime, JobControl control) {
        this.notes = notes;
        this.nanoTime = nanoTime;
        this.control = control;
        lastNote = nanoTime.getAsLong();
    }

    void tell(String note) {
        notes.accept(note);
    }

    /** A pass begins. */
    void begin(String pass, long bytes) {
        words = pass;
        leftBytes = bytes;
        lastNote = nanoTime.getAsLong();
        notes.accept(words + ": " + ByteCount.text(bytes) + " to try.");
    }

    /** A window had its turn in the pass. */
    void done(long bytes, long lost) {
        leftBytes = Math.max(0, leftBytes - bytes);
        lostBytes += lost;
    }

    @Override
    public void next(long offsetBytes) throws RescueException {
        control.checkpoint();
        long now = nanoTime.getAsLong();
        if (now - lastNote >= EVERY_NANOS) {
            lastNote = now;
            notes.accept(words + ": at byte " + offsetBytes + " of the disk; "
                    + (leftBytes == 0 ? "" : ByteCount.text(leftBytes) + " left to try, ")
                    + ByteCount.text(lostBytes) + " could not be read so far.");
        }
    }
}
