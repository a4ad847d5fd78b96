package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * What a failing source does not give, and whether the source is still there. The rule:
 *
 * <p>While sectors fail, each is tried once by itself. After a mebibyte of them in a row this is a dead area: from its
 * end one sector is tried at distances that grow with the area, until one reads, and halving back from there finds the
 * area's edge. What lies between two of these that failed is taken for unreadable without a try of its own, so that a dead
 * area of any size costs a few hundred tries more than the first mebibyte. The capture goes on behind it, or ends there if
 * the area goes on to the end of the disk.
 *
 * <p>A source that has gone is told from one that is damaged: by its errno, and, as unplugged disks also answer like bad
 * sectors, by a sector that was read before. Whenever a run of reads ended with a failure, the last sector that was read,
 * or else the first, must read again, if need be after the source was opened again; if none was ever read, there is no
 * source. For one thread.
 */
final class DeadAreas {
    private static final long DEAD_AFTER_BYTES = ByteCount.MIB;
    private static final long SHORTEST_LEAP_BYTES = 64 * 1024;

    /** A leap is at most such a part of what failed so far, so that it loses little of what would read. */
    private static final int LEAP_DIVISOR = 16;

    private static final long NONE = -1;

    private final ReopenableSource source;
    private final Consumer<String> notes;
    private final Tries tries;
    private final int sectorBytes;
    private final ByteBuffer sector;
    private ExtentSet areas = ExtentSet.empty();
    private long firstGood = NONE;
    private long lastGood = NONE;
    private long failedInARowBytes;

    /** Is told of every single try, which can take long on a failing disk, and may end the job. */
    @FunctionalInterface
    interface Tries {
        void next(long offsetBytes) throws RescueException;
    }

    DeadAreas(ReopenableSource source, Consumer<String> notes, Tries tries) {
        this.source = source;
        this.notes = notes;
        this.tries = tries;
        this.sectorBytes = source.logicalSector().bytes();
        this.sector = Buffers.aligned(sectorBytes);
    }

    /** The dead areas found so far; nobody needs to try what is in them. */
    ExtentSet areas() {
        return areas;
    }

    /** What failed before has nothing to do with what is tried next: something that was read lies between. */
    void regionBegins() {
        failedInARowBytes = 0;
    }

    /** Whole sectors that were read. */
    void good(Extent extent) {
        if (firstGood == NONE) {
            firstGood = extent.start();
        }
        lastGood = extent.end() - sectorBytes;
        failedInARowBytes = 0;
    }

    /**
     * A single sector that was not read.
     *
     * @return where to go on: behind it, or behind the dead area that it makes complete
     */
    long bad(Extent one, DeviceException failure) throws RescueException {
        failedInARowBytes += one.length();
        if (failedInARowBytes < DEAD_AFTER_BYTES) {
            return one.end();
        }
        requireAlive(failure);
        long end = endOfArea(one.start(), failure);
        areas = areas.union(ExtentSet.of(Extent.between(one.start(), end)));
        notes.accept("Nothing could be read from byte " + one.start() + " up to byte " + end + ", "
                + ByteCount.text(end - one.start()) + "; going on behind it.");
        return end;
    }

    /** Called where a run of reads ended with a failure. */
    void requireAlive(DeviceException failure) throws RescueException {
        boolean isThere = firstGood == NONE
                || reads(lastGood)
                || reads(firstGood)
                || (source.reopen() && (reads(lastGood) || reads(firstGood)));
        if (!isThere) {
            throw gone(failure);
        }
    }

    /** Called behind the last read, with the last failure. */
    void requireSomethingGood(DeviceException failure) throws DeviceException {
        if (firstGood == NONE) {
            throw gone(failure);
        }
    }

    private long endOfArea(long lastBad, DeviceException failure) throws RescueException {
        long bad = lastBad;
        long failedBytes = failedInARowBytes;
        while (bad + sectorBytes < source.sizeBytes()) {
            long leap = Math.max(SHORTEST_LEAP_BYTES, failedBytes / LEAP_DIVISOR);
            long next = Math.min(bad + source.logicalSector().roundDown(leap), source.sizeBytes() - sectorBytes);
            if (reads(next)) {
                return edge(bad, next);
            }
            failedBytes += next - bad;
            bad = next;
        }
        requireSomethingGood(failure);
        requireAlive(failure);
        return source.sizeBytes();
    }

    /** The first sector behind a bad one from which on, up to a good one, sectors read. */
    private long edge(long lastBad, long good) throws RescueException {
        long bad = lastBad;
        long edge = good;
        while (edge - bad > sectorBytes) {
            long middle = bad + source.logicalSector().roundDown((edge - bad) / 2);
            if (reads(middle)) {
                edge = middle;
            } else {
                bad = middle;
            }
        }
        good(new Extent(edge, sectorBytes));
        return edge;
    }

    private boolean reads(long offsetBytes) throws RescueException {
        tries.next(offsetBytes);
        try {
            source.read(offsetBytes, sector.clear());
            return true;
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            return false;
        }
    }

    private DeviceException gone(DeviceException failure) {
        return new DeviceException(
                source.name() + " no longer answers, not even where it was read before: " + failure.getMessage(),
                failure.errno(),
                failure);
    }
}
