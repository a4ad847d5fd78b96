package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.runs.BadRuns;
import org.rescuekey.filesystem.runs.UsedRuns;

/**
 * The file allocation table. All copies are read and a cluster counts as free only if it is free in every one, so a
 * copy that is behind the others, or is not kept at all, never hides data. It counts as bad only if no copy says that it is
 * in use.
 */
final class FatTable {
    /** Divides by the width of every kind of entry, 12 bits included. */
    private static final int WINDOW_BYTES = 3 << 18;

    private static final int FAT32_MASK = 0x0FFF_FFFF;

    /** As wide as can be: an entry takes its last bits. */
    private static final int BAD = 0xFFFF_FFF7;

    private final BlockDevice volume;
    private final FatBootSector boot;

    FatTable(BlockDevice volume, FatBootSector boot) {
        this.volume = volume;
        this.boot = boot;
    }

    /** Entry 0 repeats the media byte, which shows that a table is where the boot sector says it is. */
    void check() throws RescueException {
        for (int copy = 0; copy < boot.fatCount(); copy++) {
            int first = entry(copy, 0);
            int expected = (boot.width() == 12 ? 0xF00 : boot.width() == 16 ? 0xFF00 : 0x0FFF_FF00) | boot.media();
            if (first != expected) {
                throw new MalformedDataException(
                        "FAT " + copy, offset(copy), Integer.toHexString(expected), Integer.toHexString(first));
            }
        }
    }

    /** One entry of the copy that holds. */
    int entry(long cluster) throws RescueException {
        return entry(boot.activeFat(), cluster);
    }

    private int entry(int copy, long cluster) throws RescueException {
        long bit = cluster * boot.width();
        int bytes = boot.width() == 32 ? 4 : 2;
        ByteBuffer buffer = Reads.at(volume, offset(copy) + bit / 8, bytes, "entry of the FAT");
        return value(buffer, 0, (int) (bit % 8));
    }

    /** Adds the extents of all clusters that are not free, the bad ones to a set of their own. */
    void addClusters(UsedRuns used, BadRuns bad) throws RescueException {
        long entries = boot.clusterCount() + 2;
        long tableBytes = (entries * boot.width() + 7) / 8;
        int perWindow = WINDOW_BYTES * 8 / boot.width();
        for (long first = 0; first < entries; first += perWindow) {
            long windowStart = first * boot.width() / 8;
            int windowBytes = (int) Math.min(WINDOW_BYTES, tableBytes - windowStart);
            ByteBuffer[] copies = new ByteBuffer[boot.fatCount()];
            for (int copy = 0; copy < copies.length; copy++) {
                copies[copy] = Reads.at(volume, offset(copy) + windowStart, windowBytes, "FAT");
            }
            addWindow(copies, first, Math.min(entries, first + perWindow), used, bad);
        }
    }

    private void addWindow(ByteBuffer[] copies, long first, long end, UsedRuns used, BadRuns bad) {
        int badValue = boot.width() == 32 ? BAD & FAT32_MASK : BAD & ((1 << boot.width()) - 1);
        for (long cluster = Math.max(2, first); cluster < end; cluster++) {
            long bit = (cluster - first) * boot.width();
            boolean isUsed = false;
            boolean isBad = false;
            for (ByteBuffer copy : copies) {
                int value = value(copy, (int) (bit / 8), (int) (bit % 8));
                isBad |= value == badValue;
                isUsed |= value != 0 && value != badValue;
            }
            if (isUsed || isBad) {
                long start = boot.clusterOffsetBytes(cluster);
                long stop = start + boot.clusterBytes();
                if (isUsed || !bad.add(start, stop)) {
                    used.add(start, stop);
                }
            }
        }
    }

    private int value(ByteBuffer buffer, int index, int bitInByte) {
        return switch (boot.width()) {
            case 12 -> (buffer.getShort(index) >> bitInByte) & 0xFFF;
            case 16 -> buffer.getShort(index) & 0xFFFF;
            default -> buffer.getInt(index) & FAT32_MASK;
        };
    }

    private long offset(int copy) {
        return boot.fatOffsetBytes() + copy * boot.fatBytes();
    }
}
