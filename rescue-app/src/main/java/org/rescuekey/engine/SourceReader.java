package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Reads the used bytes of windows of a source, with zeros for the rest. A sector that the medium does not give becomes zero
 * and is listed; any other error, or a device that no longer answers at all, ends the job. For one thread.
 */
final class SourceReader {
    /** Reading over a gap of so many bytes is cheaper than a second read. */
    private static final int GAP_BYTES = 64 * 1024;

    /** After this many failing sectors in a row the device is taken for dead. */
    private static final int DEAD_AFTER_SECTORS = 4096;

    private final BlockDevice source;
    private final Consumer<String> notes;
    private final JobControl control;
    private int failuresInARow;

    /**
     * A reader of one source, from its first window to its last: the count of failures goes on from window to window.
     *
     * @param control asked before every sector that is read alone, which can take long on a failing disk
     */
    SourceReader(BlockDevice source, Consumer<String> notes, JobControl control) {
        this.source = source;
        this.notes = notes;
        this.control = control;
    }

    /**
     * Fills a buffer with the window's content.
     *
     * @param window the bytes of the source that the buffer stands for, from its position 0
     * @param used the bytes that are wanted, in the source's offsets
     * @param buffer cleared and filled up to the window's length
     * @return the bytes that could not be read, in the source's offsets
     */
    ExtentSet read(Extent window, ExtentSet used, ByteBuffer buffer) throws RescueException {
        buffer.clear().limit(Math.toIntExact(window.length()));
        ExtentSet wanted = used.intersect(window);
        ExtentSet.Builder unreadable = ExtentSet.builder();
        for (Extent run : withSmallGaps(wanted)) {
            ByteBuffer part = slice(buffer, run, window);
            try {
                source.read(run.start(), part);
                failuresInARow = 0;
            } catch (DeviceException e) {
                salvage(run, window, buffer, e, unreadable);
            }
        }
        for (Extent hole : wanted.complement(window)) {
            Buffers.zero(slice(buffer, hole, window));
        }
        buffer.clear().limit(Math.toIntExact(window.length()));
        return unreadable.build().intersect(wanted);
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

    private void salvage(
            Extent run, Extent window, ByteBuffer buffer, DeviceException first, ExtentSet.Builder unreadable)
            throws RescueException {
        if (!first.isUnreadableSector()) {
            throw first;
        }
        notes.accept(first.getMessage() + "; reading that range sector by sector.");
        int sector = source.logicalSector().bytes();
        for (long offset = run.start(); offset < run.end(); offset += sector) {
            Extent one = new Extent(offset, Math.min(sector, run.end() - offset));
            ByteBuffer part = slice(buffer, one, window);
            control.checkpoint();
            try {
                source.read(offset, part);
                failuresInARow = 0;
            } catch (DeviceException e) {
                if (!e.isUnreadableSector() || ++failuresInARow >= DEAD_AFTER_SECTORS) {
                    throw e;
                }
                Buffers.zero(slice(buffer, one, window));
                unreadable.add(one);
            }
        }
    }

    private static ByteBuffer slice(ByteBuffer buffer, Extent part, Extent window) {
        return buffer.slice(Math.toIntExact(part.start() - window.start()), Math.toIntExact(part.length()));
    }
}
