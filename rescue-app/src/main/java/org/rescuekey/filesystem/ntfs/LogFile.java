package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/** Tells from the restart pages of $LogFile whether Windows closed the volume and kept nothing back. */
final class LogFile {
    private static final byte EMPTY = -1;
    private static final int NO_CLIENT = 0xFFFF;
    private static final int CLOSED_FLAG = 0x0002;
    private static final int HEADER_BYTES = 0x1E;
    private static final int AREA_BYTES = 0x10;
    private static final int MIN_PAGE_BYTES = 512;
    private static final int MAX_PAGE_BYTES = 65_536;

    /** What a valid restart page says. */
    private record Restart(long lsn, int majorVersion, int clientsInUse, int flags) {
        LogState state() {
            if (majorVersion >= 2) {
                return LogState.KEPT_BACK;
            }
            return clientsInUse == NO_CLIENT || (flags & CLOSED_FLAG) != 0 ? LogState.CLOSED : LogState.TO_REPLAY;
        }
    }

    private LogFile() {}

    /** A log that was emptied is closed; one whose pages make no sense is not. */
    static LogState state(Content log) throws RescueException {
        if (isEmpty(log)) {
            return LogState.CLOSED;
        }
        int secondPage = 4096;
        if (log.sizeBytes() < secondPage + MIN_PAGE_BYTES) {
            return LogState.TO_REPLAY;
        }
        ByteBuffer header = log.read(0, HEADER_BYTES);
        if (header.getInt(0) == Fixups.RSTR_MAGIC && isPageSize(header.getInt(0x10))) {
            secondPage = header.getInt(0x10);
        }
        Stream<Restart> restarts =
                Stream.of(intactRestart(log, 0), intactRestart(log, secondPage)).flatMap(Optional::stream);
        return restarts.max(Comparator.comparingLong(Restart::lsn))
                .map(Restart::state)
                .orElse(LogState.TO_REPLAY);
    }

    /** An emptied log is 0xFF all over; where both restart pages can stand, whatever their size, is enough to look at. */
    private static boolean isEmpty(Content log) throws RescueException {
        ByteBuffer bytes = log.read(0, (int) Math.min(log.sizeBytes(), 2 * MAX_PAGE_BYTES));
        while (bytes.hasRemaining()) {
            if (bytes.get() != EMPTY) {
                return false;
            }
        }
        return log.sizeBytes() >= MIN_PAGE_BYTES;
    }

    /** One of the two pages may be torn; the other one counts then. */
    private static Optional<Restart> intactRestart(Content log, long offset) throws RescueException {
        try {
            return Optional.of(restart(log, offset));
        } catch (MalformedDataException e) {
            return Optional.empty();
        }
    }

    private static Restart restart(Content log, long offset) throws RescueException {
        ByteBuffer header = log.read(offset, HEADER_BYTES);
        int pageBytes = header.getInt(0x10);
        if (!isPageSize(pageBytes)) {
            throw new MalformedDataException("$LogFile", offset, "a page size", Integer.toString(pageBytes));
        }
        ByteBuffer page = log.read(offset, pageBytes);
        Fixups.undo(page, Fixups.RSTR_MAGIC, "$LogFile", offset);
        int area = page.getShort(0x18) & 0xFFFF;
        if (area < HEADER_BYTES || area > pageBytes - AREA_BYTES) {
            throw new MalformedDataException("$LogFile", offset, "a restart area", "one at " + area);
        }
        return new Restart(
                page.getLong(area),
                page.getShort(0x1C),
                page.getShort(area + 0xC) & 0xFFFF,
                page.getShort(area + 0xE) & 0xFFFF);
    }

    private static boolean isPageSize(int bytes) {
        return bytes >= MIN_PAGE_BYTES && bytes <= MAX_PAGE_BYTES && Integer.bitCount(bytes) == 1;
    }
}
