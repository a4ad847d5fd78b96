package org.rescuekey.filesystem;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;

/** Where things are in a FAT16 or FAT32 volume, worked out apart from the code under test. */
record FatGeometry(int sectorBytes, int clusterBytes, long fatOffset, long fatBytes, int fats, long data, long total) {
    static FatGeometry of(BlockDevice volume) throws RescueException {
        ByteBuffer boot = Reads.at(volume, 0, 512, "boot sector");
        int sector = boot.getShort(11);
        long fat = (boot.getShort(22) == 0 ? boot.getInt(36) : boot.getShort(22)) * (long) sector;
        long reserved = boot.getShort(14) * (long) sector;
        long total = (boot.getShort(19) == 0 ? boot.getInt(32) : boot.getShort(19) & 0xFFFF) * (long) sector;
        long data = reserved + boot.get(16) * fat + boot.getShort(17) * 32L;
        return new FatGeometry(sector, boot.get(13) * sector, reserved, fat, boot.get(16), data, total);
    }

    boolean isWide() {
        return fatOffset >= 32L * sectorBytes;
    }

    long lastCluster() {
        return (total - data) / clusterBytes + 1;
    }

    long entryOffset(int copy, long cluster) {
        return fatOffset + copy * fatBytes + cluster * (isWide() ? 4 : 2);
    }

    long clusterOffset(long cluster) {
        return data + (cluster - 2) * clusterBytes;
    }
}
