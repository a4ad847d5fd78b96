package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Reads the used bytes of windows of a source, with zeros for the rest. What the medium does not give becomes zero and is
 * listed, by the rule of {@link DeadAreas}; any other error, or a source that has gone, ends the job. For one thread.
 */
final class SourceReader {
    /** Reading over a gap of so many bytes is cheaper than a second read. */
    private static final int GAP_BYTES = 64 * 1024;

    /** Of what is marked as bad so much is tried at once: one sector that fails takes no more with it. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final BlockDevice source;
    private final Consumer<String> notes;
    private final JobControl control;
    private final DeadAreas deadAreas;
    private final ExtentSet.Builder givenUp = ExtentSet.builder();
    private @Nullable DeviceException lastFailure;

    /**
     * A reader of one source, from its first window to its last: what fails is remembered from window to window.
     *
     * @param source the whole disk, of which any part may be tried to see where a dead area ends
     * @param control asked before every sector that is read alone, which can take long on a failing disk
     */
    SourceReader(BlockDevice source, Consumer<String> notes, JobControl control) {
        this.source = source;
        this.notes = notes;
        this.control = control;
        this.deadAreas = new DeadAreas(source, notes, control);
    }

    /**
     * Fills a buffer with the window's content.
     *
     * @param window the bytes of the source that the buffer stands for, from its position 0
     * @param used the bytes that are wanted, in the source's offsets
     * @param knownBad bytes of which nobody expects that they can be read: tried once, and no loss
     * @param buffer cleared and filled up to the window's length
     * @return the bytes that could not be read, in the source's offsets
     */
    ExtentSet read(Extent window, ExtentSet used, ExtentSet knownBad, ByteBuffer buffer) throws RescueException {
        buffer.clear().limit(Math.toIntExact(window.length()));
        ExtentSet wanted = used.intersect(window);
        ExtentSet knownDead = wanted.intersect(deadAreas.areas());
        ExtentSet.Builder unreadable = ExtentSet.builder();
        ExtentSet doubtful = wanted.subtract(knownDead).intersect(knownBad);
        ExtentSet alive = wanted.subtract(knownDead).subtract(doubtful);
        for (Extent run : withSmallGaps(alive)) {
            try {
                source.read(run.start(), slice(buffer, run, window));
                deadAreas.good(run);
            } catch (DeviceException e) {
                requireUnreadable(e);
                readOneByOne(alive.intersect(run), e, window, buffer, unreadable);
            }
        }
        ExtentSet lost = unreadable.build().union(knownDead).intersect(wanted);
        ExtentSet missing = lost.union(tryOnce(doubtful, window, buffer));
        for (Extent hole : wanted.subtract(missing).complement(window)) {
            Buffers.zero(slice(buffer, hole, window));
        }
        buffer.clear().limit(Math.toIntExact(window.length()));
        return lost.subtract(knownBad);
    }

    /** Reads what may well be there, but need not; returns what was not. */
    private ExtentSet tryOnce(ExtentSet doubtful, Extent window, ByteBuffer buffer) throws RescueException {
        ExtentSet.Builder missing = ExtentSet.builder();
        for (Extent part : doubtful) {
            for (long start = part.start(); start < part.end(); start += PIECE_BYTES) {
                Extent piece = Extent.between(start, Math.min(part.end(), start + PIECE_BYTES));
                control.checkpoint();
                try {
                    source.read(start, slice(buffer, piece, window));
                } catch (DeviceException e) {
                    requireUnreadable(e);
                    missing.add(piece);
                    givenUp.add(piece);
                }
            }
        }
        return missing.build();
    }

    /** What could not be read, but is no loss: zeros stand for it. In the source's offsets. */
    ExtentSet givenUp() {
        return givenUp.build();
    }

    /**
     * Reads what is wanted of a range that could not be read as a whole. What lies between, such as clusters that the file
     * system knows as bad, is not tried again.
     */
    private void readOneByOne(
            ExtentSet wanted, DeviceException failed, Extent window, ByteBuffer buffer, ExtentSet.Builder unreadable)
            throws RescueException {
        for (Extent part : wanted) {
            DeviceException reason = failed;
            if (wanted.size() > 1) {
                try {
                    source.read(part.start(), slice(buffer, part, window));
                    deadAreas.good(part);
                    continue;
                } catch (DeviceException e) {
                    requireUnreadable(e);
                    reason = e;
                }
            }
            notes.accept(reason.getMessage() + "; reading that range sector by sector.");
            salvage(part, window, buffer, unreadable);
        }
    }

    /** Called behind the last window: a source of which nothing at all could be read is none. */
    void finish() throws DeviceException {
        if (lastFailure != null) {
            deadAreas.requireSomethingGood(lastFailure);
        }
    }

    private static ExtentSet withSmallGaps(ExtentSet wanted) {
        ExtentSet.Builder runs = ExtentSet.builder();
        long start = -1;
        long end = -1;
        for (Extent extent : wanted) {
            if (start >= 0 && extent.start() - end <= GAP_BYTES) {
                end = extent.end();
            } else {
                if (start >= 0) {
                    runs.add(start, end);
                }
                start = extent.start();
                end = extent.end();
            }
        }
        return start < 0 ? ExtentSet.empty() : runs.add(start, end).build();
    }

    private void salvage(Extent run, Extent window, ByteBuffer buffer, ExtentSet.Builder unreadable)
            throws RescueException {
        int sector = source.logicalSector().bytes();
        long offset = run.start();
        DeviceException failure = null;
        while (offset < run.end()) {
            Extent one = new Extent(offset, Math.min(sector, run.end() - offset));
            control.checkpoint();
            try {
                source.read(offset, slice(buffer, one, window));
                deadAreas.good(one);
                failure = null;
                offset = one.end();
            } catch (DeviceException e) {
                requireUnreadable(e);
                failure = e;
                long next = deadAreas.bad(one, e);
                unreadable.add(offset, Math.min(next, run.end()));
                offset = next;
            }
        }
        if (failure != null) {
            deadAreas.requireAlive(failure);
        }
    }

    private void requireUnreadable(DeviceException e) throws DeviceException {
        if (!e.isUnreadableSector()) {
            throw e;
        }
        lastFailure = e;
    }

    private static ByteBuffer slice(ByteBuffer buffer, Extent part, Extent window) {
        return buffer.slice(Math.toIntExact(part.start() - window.start()), Math.toIntExact(part.length()));
    }
}
