package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Reads the used bytes of windows of a source, with zeros for the rest: easily, piece by piece, or sector by sector. What
 * the medium does not give becomes zero and is listed, by the rule of {@link DeadAreas}; any other error, or a source that
 * has gone, ends the job. In the source's offsets. For one thread.
 */
final class SourceReader {
    /** Reading over a gap of so many bytes is cheaper than a second read. */
    private static final int GAP_BYTES = 64 * 1024;

    /** Where there is trouble so much is tried at once: one sector that fails takes no more with it. */
    static final int PIECE_BYTES = 64 * 1024;

    /** So many ranges that are read sector by sector are told by themselves. */
    private static final int TOLD = 10;

    private final ReopenableSource source;
    private final Consumer<String> notes;
    private final DeadAreas.Tries tries;
    private final DeadAreas deadAreas;
    private final ByteBuffer sector;
    private final ExtentSet.Builder givenUp = ExtentSet.builder();
    private @Nullable DeviceException lastFailure;
    private int told;

    /**
     * A reader of one source, from its first window to its last: what fails is remembered from window to window.
     *
     * @param source the whole disk, of which any part may be tried to see where a dead area ends
     * @param tries is told of every piece and sector that is read alone, which can take long on a failing disk
     */
    SourceReader(ReopenableSource source, Consumer<String> notes, DeadAreas.Tries tries) {
        this.source = source;
        this.notes = notes;
        this.tries = tries;
        this.deadAreas = new DeadAreas(source, notes, tries);
        this.sector = Buffers.aligned(source.logicalSector().bytes());
    }

    /**
     * A window of which a buffer is filled.
     *
     * @param window the bytes that the buffer stands for, from its position 0
     * @param wanted those of them that are read; the others become zero
     * @param knownBad those of which nobody expects that they can be read: tried once, and no loss
     */
    record Part(Extent window, ExtentSet wanted, ExtentSet knownBad) {
        /** The same with used bytes and bad ones of the whole source. */
        static Part of(Extent window, ExtentSet used, ExtentSet knownBad) {
            return new Part(window, used.intersect(window), knownBad.intersect(window));
        }

        private ExtentSet expected() {
            return wanted.subtract(knownBad);
        }
    }

    /** Fills the buffer if all of it reads at once; otherwise returns false, and what the buffer holds is undefined. */
    boolean readEasily(Part part, ByteBuffer buffer) throws RescueException {
        clear(part, buffer);
        for (Extent run : withSmallGaps(part.expected())) {
            if (!reads(run, part.window(), buffer)) {
                return false;
            }
        }
        finish(part, ExtentSet.empty(), buffer);
        return true;
    }

    /**
     * Fills the buffer from the last piece to the first, without reading over gaps.
     *
     * @param mostFailed after so many pieces that failed the others are taken for such without a try
     * @return the pieces that did not read; if there are any, what the buffer holds is undefined
     */
    ExtentSet readPieces(Part part, int mostFailed, ByteBuffer buffer) throws RescueException {
        clear(part, buffer);
        ExtentSet.Builder failed = ExtentSet.builder();
        ExtentSet expected = part.expected();
        int failures = 0;
        for (int i = expected.size() - 1; i >= 0; i--) {
            Extent extent = expected.get(i);
            for (long end = extent.end(); end > extent.start(); ) {
                Extent piece = Extent.between(Math.max(extent.start(), (end - 1) / PIECE_BYTES * PIECE_BYTES), end);
                boolean isTried = failures < mostFailed;
                if (isTried) {
                    tries.next(piece.start());
                }
                if (!isTried || !reads(piece, part.window(), buffer)) {
                    failed.add(piece);
                    failures++;
                }
                end = piece.start();
            }
        }
        ExtentSet missing = failed.build();
        if (missing.isEmpty()) {
            finish(part, missing, buffer);
        }
        return missing;
    }

    /** Fills a buffer with all that can be read of a window, where it is not read in passes. */
    ExtentSet read(Extent window, ExtentSet used, ExtentSet knownBad, ByteBuffer buffer) throws RescueException {
        return readAll(Part.of(window, used, knownBad), ExtentSet.empty(), buffer);
    }

    /**
     * Fills the buffer with all that can be read of the window.
     *
     * @param failing pieces that are known not to read as a whole: they are read sector by sector at once
     * @return the bytes that could not be read, but for those that are known as bad
     */
    ExtentSet readAll(Part part, ExtentSet failing, ByteBuffer buffer) throws RescueException {
        clear(part, buffer);
        ExtentSet knownDead = part.expected().intersect(deadAreas.areas());
        ExtentSet.Builder unreadable = ExtentSet.builder();
        ExtentSet alive = part.expected().subtract(knownDead);
        ExtentSet hopeful = alive.subtract(failing);
        ExtentSet salvaged = alive.intersect(failing);
        for (Extent run : failing.isEmpty() ? withSmallGaps(hopeful) : hopeful) {
            if (!reads(run, part.window(), buffer)) {
                salvaged = salvaged.union(failedParts(hopeful.intersect(run), part.window(), buffer));
            }
        }
        for (Extent run : salvaged) {
            salvage(run, part.window(), buffer, unreadable);
        }
        ExtentSet lost = unreadable.build().union(knownDead).intersect(part.wanted());
        finish(part, lost, buffer);
        return lost.subtract(part.knownBad());
    }

    /**
     * Tries sectors once more, each by itself, and leaves in the buffer what stands there for those that still do not read.
     *
     * @return those
     */
    ExtentSet retry(Extent window, ExtentSet missing, ByteBuffer buffer) throws RescueException {
        ExtentSet.Builder still = ExtentSet.builder();
        int sectorBytes = source.logicalSector().bytes();
        missing.intersect(deadAreas.areas()).forEach(still::add);
        for (Extent run : missing.subtract(deadAreas.areas())) {
            DeviceException failure = null;
            for (long offset = run.start(); offset < run.end(); ) {
                Extent one = Extent.between(offset, Math.min(run.end(), (offset / sectorBytes + 1) * sectorBytes));
                tries.next(offset);
                try {
                    source.read(offset, sector.clear().limit((int) one.length()));
                    slice(buffer, one, window).put(sector.flip());
                    deadAreas.good(one);
                    failure = null;
                    offset = one.end();
                } catch (DeviceException e) {
                    requireUnreadable(e);
                    failure = e;
                    long next = Math.min(run.end(), deadAreas.bad(one, e));
                    still.add(offset, next);
                    offset = next;
                }
            }
            if (failure != null) {
                deadAreas.requireAlive(failure);
            }
        }
        return still.build();
    }

    /** What was tried last failed, and not for the first time: the source must still read where it did. */
    void requireAlive() throws RescueException {
        if (lastFailure != null) {
            deadAreas.requireAlive(lastFailure);
        }
    }

    /** Something that was read lies between what was tried before and what comes now. */
    void regionBegins() {
        deadAreas.regionBegins();
    }

    /** Called behind the last window: a source of which nothing at all could be read is none. */
    void finish() throws DeviceException {
        if (lastFailure != null) {
            deadAreas.requireSomethingGood(lastFailure);
        }
    }

    /** What could not be read, but is no loss: zeros stand for it. */
    ExtentSet givenUp() {
        return givenUp.build();
    }

    private static void clear(Part part, ByteBuffer buffer) {
        buffer.clear().limit(Math.toIntExact(part.window().length()));
    }

    /** Tries what may well be there, but need not, and puts zeros where nothing was read. */
    private void finish(Part part, ExtentSet lost, ByteBuffer buffer) throws RescueException {
        ExtentSet missing = lost.union(tryOnce(part, buffer));
        for (Extent hole : part.wanted().subtract(missing).complement(part.window())) {
            Buffers.zero(slice(buffer, hole, part.window()));
        }
        clear(part, buffer);
    }

    private ExtentSet tryOnce(Part part, ByteBuffer buffer) throws RescueException {
        ExtentSet.Builder missing = ExtentSet.builder();
        for (Extent doubtful : part.wanted().intersect(part.knownBad()).subtract(deadAreas.areas())) {
            for (long start = doubtful.start(); start < doubtful.end(); start += PIECE_BYTES) {
                Extent piece = Extent.between(start, Math.min(doubtful.end(), start + PIECE_BYTES));
                tries.next(start);
                try {
                    source.read(start, slice(buffer, piece, part.window()));
                } catch (DeviceException e) {
                    requireUnreadable(e);
                    missing.add(piece);
                }
            }
        }
        ExtentSet dead = part.wanted().intersect(part.knownBad()).intersect(deadAreas.areas());
        ExtentSet all = missing.build().union(dead);
        all.forEach(givenUp::add);
        return all;
    }

    private boolean reads(Extent run, Extent window, ByteBuffer buffer) throws RescueException {
        try {
            source.read(run.start(), slice(buffer, run, window));
            deadAreas.good(run);
            return true;
        } catch (DeviceException e) {
            requireUnreadable(e);
            return false;
        }
    }

    /**
     * Of a range that could not be read as a whole, the wanted parts that do not read by themselves. What lies between, such
     * as clusters that the file system knows as bad, is not tried again.
     */
    private ExtentSet failedParts(ExtentSet wanted, Extent window, ByteBuffer buffer) throws RescueException {
        if (wanted.size() == 1) {
            return wanted;
        }
        ExtentSet.Builder failed = ExtentSet.builder();
        for (Extent part : wanted) {
            tries.next(part.start());
            if (!reads(part, window, buffer)) {
                failed.add(part);
            }
        }
        return failed.build();
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
        if (lastFailure != null && told < TOLD) {
            told++;
            notes.accept(lastFailure.getMessage() + "; reading that range sector by sector.");
        }
        int sectorBytes = source.logicalSector().bytes();
        long offset = run.start();
        DeviceException failure = null;
        while (offset < run.end()) {
            Extent one = new Extent(offset, Math.min(sectorBytes, run.end() - offset));
            tries.next(offset);
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
