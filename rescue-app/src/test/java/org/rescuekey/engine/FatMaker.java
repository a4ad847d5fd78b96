package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;

/** Writes an empty FAT32 by hand, of sizes that no tool makes in memory. */
final class FatMaker {
    private static final int SECTOR_BYTES = 4096;
    private static final int RESERVED_SECTORS = 32;

    private FatMaker() {}

    private static long fatSectors(long clusters) {
        return ((clusters + 2) * 4 + SECTOR_BYTES - 1) / SECTOR_BYTES;
    }

    /** Where the first FAT begins in the volume. */
    static long fatOffsetBytes() {
        return RESERVED_SECTORS * (long) SECTOR_BYTES;
    }

    /** The length of each of the two FATs. */
    static long fatBytes(long clusters) {
        return fatSectors(clusters) * SECTOR_BYTES;
    }

    static long sizeBytes(long clusters, int clusterBytes) {
        return (RESERVED_SECTORS + 2 * fatSectors(clusters)) * SECTOR_BYTES + clusters * clusterBytes;
    }

    static void fat32(BlockDevice device, long offsetBytes, long clusters, int clusterBytes) throws RescueException {
        long fatSectors = fatSectors(clusters);
        ByteBuffer boot = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        boot.put(0, (byte) 0xEB).put(1, (byte) 0x58).put(2, (byte) 0x90);
        boot.put(3, "MKFS.FAT".getBytes(StandardCharsets.US_ASCII));
        boot.putShort(11, (short) SECTOR_BYTES).put(13, (byte) (clusterBytes / SECTOR_BYTES));
        boot.putShort(14, (short) RESERVED_SECTORS).put(16, (byte) 2).put(21, (byte) 0xF8);
        boot.putInt(32, (int) (sizeBytes(clusters, clusterBytes) / SECTOR_BYTES))
                .putInt(36, (int) fatSectors);
        boot.putInt(44, 2).putShort(48, (short) 1).putShort(50, (short) 6);
        boot.put(66, (byte) 0x29).put(71, "NO NAME    FAT32   ".getBytes(StandardCharsets.US_ASCII));
        boot.putShort(510, (short) 0xAA55);
        device.write(offsetBytes, boot.clear());
        for (long fat = 0; fat < 2; fat++) {
            ByteBuffer first = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
            first.putInt(0x0FFF_FFF8).putInt(0x0FFF_FFFF).putInt(0x0FFF_FFFF);
            device.write(offsetBytes + (RESERVED_SECTORS + fat * fatSectors) * SECTOR_BYTES, first.flip());
        }
    }
}
