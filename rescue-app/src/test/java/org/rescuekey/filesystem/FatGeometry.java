package org.rescuekey.filesystem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;

/** Where things are in a FAT volume that mkfs.vfat made, worked out apart from the code under test. */
record FatGeometry(int sectorBytes, int clusterBytes, long fatOffset, long fatBytes, int fats, long data, long total) {
    static FatGeometry of(BlockDevice volume) throws RescueException {
        ByteBuffer boot = Reads.at(volume, 0, 512, "boot sector");
        int sector = boot.getShort(11);
        long fat = (boot.getShort(22) == 0 ? boot.getInt(36) : boot.getShort(22) & 0xFFFF) * (long) sector;
        long reserved = boot.getShort(14) * (long) sector;
        long total = (boot.getShort(19) == 0 ? boot.getInt(32) : boot.getShort(19) & 0xFFFF) * (long) sector;
        long data = reserved + boot.get(16) * fat + boot.getShort(17) * 32L;
        return new FatGeometry(sector, (boot.get(13) & 0xFF) * sector, reserved, fat, boot.get(16), data, total);
    }

    static void mkfs(Path volume, int width, int sectorBytes, int sectorsPerCluster, Object... options) {
        List<Object> command = new ArrayList<>(List.of("mkfs.vfat", "-F", width, "-S", sectorBytes));
        command.addAll(List.of("-s", sectorsPerCluster, "-n", "RESCUE", "-i", "deadbeef"));
        command.addAll(List.of(options));
        command.add(volume);
        Tool.run(command.toArray());
    }

    static ByteBuffer littleEndian(int value) {
        ByteBuffer buffer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        return buffer.putInt(value).flip();
    }

    /** Says in the information sector of FAT32 that the number of free clusters is not known. */
    void forgetFreeCount(BlockDevice volume) throws RescueException {
        volume.write(sectorBytes + 488L, littleEndian(-1));
    }

    boolean isWide() {
        return fatOffset >= 32L * sectorBytes;
    }

    long lastCluster() {
        return (total - data) / clusterBytes + 1;
    }

    long clusters() {
        return lastCluster() - 1;
    }

    long entryOffset(int copy, long cluster) {
        return fatOffset + copy * fatBytes + cluster * (isWide() ? 4 : 2);
    }

    long clusterOffset(long cluster) {
        return data + (cluster - 2) * clusterBytes;
    }
}
