package org.rescuekey.filesystem.xfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;

/**
 * The log, a ring of sectors of 512 bytes: each starts with the number of the cycle in which it was written, or with
 * the mark of a record's header and then that number. The sectors of the present cycle come first; those behind them,
 * if any, are of the cycle before. Where these meet is the head. The log is clean if the last record before the head
 * says that the volume was unmounted and nothing near the head is out of order: writes that were under way when a
 * system stopped can lie no farther apart than {@link #WINDOW_SECTORS}. Behind the head, in the part that is written
 * next, sectors may be older still, as tools leave them that made the log anew. Anything else is not clean. For one
 * thread.
 */
final class XfsLog {
    /** Eight records of 256 KiB can be under way at a time. */
    static final int WINDOW_SECTORS = 8 * (256 << 10) / 512;

    private static final int SECTOR_BYTES = 512;
    private static final int HEADER_MAGIC = 0xFEED_BABE;
    private static final int MAX_RECORD_BYTES = 256 << 10;
    private static final int CYCLES_IN_HEADER_BYTES = 32 << 10;
    private static final int UNMOUNT_FLAG = 0x20;
    private static final String WHAT = "XFS log";

    private final BlockDevice volume;
    private final XfsSuperblock superblock;
    private final long sectors;

    XfsLog(BlockDevice volume, XfsSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
        sectors = superblock.logBytes() / SECTOR_BYTES;
    }

    /** Tells whether it is certain that nothing in the log has still to be carried out. */
    boolean isClean() throws RescueException {
        int first = cycle(read(0, 1), 0);
        int last = cycle(read(sectors - 1, 1), 0);
        if (first == 0 || (first != last && first != last + 1)) {
            return false;
        }
        long head = first == last ? sectors : firstNotOf(first);
        int before = (int) Math.min(sectors / 2, WINDOW_SECTORS);
        int behind = (int) Math.min(sectors - before, WINDOW_SECTORS);
        long start = Math.floorMod(head - before, sectors);
        ByteBuffer window = ring(start, before + behind);
        for (int i = 0; i < before + behind; i++) {
            boolean present = (start + i) % sectors < head;
            int cycle = cycle(window, i);
            if (present ? cycle != first : i < before ? cycle != last : Integer.compareUnsigned(cycle, first) >= 0) {
                return false;
            }
        }
        return endsWithUnmount(window.slice(0, before * SECTOR_BYTES).order(ByteOrder.BIG_ENDIAN), start);
    }

    /** By halves: the first sector that is not of a cycle, where the first sector of all is and the last is not. */
    private long firstNotOf(int cycle) throws RescueException {
        long low = 0;
        long high = sectors - 1;
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (cycle(read(middle, 1), 0) == cycle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Looks at the last record of a part of the ring that ends at the head. */
    private boolean endsWithUnmount(ByteBuffer part, long start) {
        int at = part.limit() / SECTOR_BYTES - 1;
        while (at >= 0 && part.getInt(at * SECTOR_BYTES) != HEADER_MAGIC) {
            at--;
        }
        if (at < 0) {
            return false;
        }
        int recordBytes = part.limit() - at * SECTOR_BYTES;
        ByteBuffer record = part.slice(at * SECTOR_BYTES, recordBytes).order(ByteOrder.BIG_ENDIAN);
        int length = record.getInt(12);
        if (length <= 0 || length > MAX_RECORD_BYTES) {
            return false;
        }
        int headers = headerSectors(record);
        int data = (length + SECTOR_BYTES - 1) / SECTOR_BYTES;
        long place = ((record.getInt(4) & 0xFFFF_FFFFL) << 32) | ((start + at) % sectors);
        boolean own = record.getLong(16) == place
                && new UUID(record.getLong(304), record.getLong(312)).equals(superblock.uuid());
        return own
                && (headers + data) * SECTOR_BYTES == recordBytes
                && record.getInt(40) == 1
                && (record.get(headers * SECTOR_BYTES + 9) & UNMOUNT_FLAG) != 0;
    }

    private int headerSectors(ByteBuffer record) {
        long size = record.getInt(320) & 0xFFFF_FFFFL;
        if (!superblock.hasLog2() || (record.getInt(8) & 2) == 0 || size <= CYCLES_IN_HEADER_BYTES) {
            return 1;
        }
        return (int) Math.min(WINDOW_SECTORS, (size + CYCLES_IN_HEADER_BYTES - 1) / CYCLES_IN_HEADER_BYTES);
    }

    private static int cycle(ByteBuffer sectors, int index) {
        int word = sectors.getInt(index * SECTOR_BYTES);
        return word == HEADER_MAGIC ? sectors.getInt(index * SECTOR_BYTES + 4) : word;
    }

    /** Reads so many sectors of the ring, over its end if need be. */
    private ByteBuffer ring(long start, int count) throws RescueException {
        int upToEnd = (int) Math.min(count, sectors - start);
        ByteBuffer all = ByteBuffer.allocate(count * SECTOR_BYTES);
        all.put(read(start, upToEnd));
        if (upToEnd < count) {
            all.put(read(0, count - upToEnd));
        }
        return all.flip();
    }

    private ByteBuffer read(long index, int count) throws RescueException {
        return Reads.at(volume, superblock.logOffsetBytes() + index * SECTOR_BYTES, (long) count * SECTOR_BYTES, WHAT)
                .order(ByteOrder.BIG_ENDIAN);
    }
}
