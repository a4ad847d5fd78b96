package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.runs.UsedRuns;

/**
 * The file allocation table. All copies are read and a cluster counts as free only if it is free in every one, so a
 * copy that is behind the others, or is not kept at all, never hides data.
 */
final class FatTable {
    /** Divides by the width of every kind of entry, 12 bits included. */
    private static final int WINDOW_BYTES = 3 << 18;

    private static final int FAT32_MASK = 0x0FFF_FFFF;

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

    /** One entry of the first copy. */
    int entry(long cluster) throws RescueException {
        return entry(0, cluster);
    }

    private int entry(int copy, long cluster) throws RescueException {
        long bit = cluster * boot.width();
        int bytes = boot.width() == 32 ? 4 : 2;
        ByteBuffer buffer = Reads.at(volume, offset(copy) + bit / 8, bytes, "entry of the FAT");
        return value(buffer, 0, (int) (bit % 8));
    }

    /** Adds the extents of all clusters that are not free; bad clusters are among them. */
    void addUsedClusters(UsedRuns used) throws RescueException {
        long entries = boot.clusterCount() + 2;
        long tableBytes = (entries * boot.width() + 7) / 8;
        int perWindow = WINDOW_BYTES * 8 / boot.width();
        for (long first = 0; first < entries; first += perWindow) {
            long windowStart = first * boot.width() / 8;
            int windowBytes = (int) Math.min(WINDOW_BYTES, tableBytes - windowStart);
            ByteBuffer merged = Reads.at(volume, offset(0) + windowStart, windowBytes, "FAT");
            for (int copy = 1; copy < boot.fatCount(); copy++) {
                ByteBuffer other = Reads.at(volume, offset(copy) + windowStart, windowBytes, "FAT");
                for (int i = 0; i < windowBytes; i++) {
                    merged.put(i, (byte) (merged.get(i) | other.get(i)));
                }
            }
            addWindow(merged, first, Math.min(entries, first + perWindow), used);
        }
    }

    private void addWindow(ByteBuffer window, long first, long end, UsedRuns used) {
        for (long cluster = Math.max(2, first); cluster < end; cluster++) {
            long bit = (cluster - first) * boot.width();
            if (value(window, (int) (bit / 8), (int) (bit % 8)) != 0) {
                long start = boot.clusterOffsetBytes(cluster);
                used.add(start, start + boot.clusterBytes());
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
