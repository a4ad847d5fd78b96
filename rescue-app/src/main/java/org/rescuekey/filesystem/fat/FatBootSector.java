package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import org.rescuekey.error.MalformedDataException;

/**
 * The geometry of a FAT volume, as its boot sector states it and as the rules on it allow.
 *
 * <p>Layout: reserved sectors (the first is this one), the FATs, the root directory of fixed size (FAT12 and FAT16),
 * the clusters, the first of which has number 2.
 *
 * @param width the bits of an entry of the FAT: 12, 16 or 32
 * @param sectorBytes the file system's sectors, which need not be the device's
 * @param clusterBytes the size of a cluster
 * @param fatOffsetBytes where the first FAT starts
 * @param fatBytes the size of each FAT
 * @param fatCount how many copies of the FAT follow one another
 * @param dataOffsetBytes where cluster 2 starts
 * @param clusterCount how many clusters there are
 * @param sizeBytes the size that the volume states
 * @param media the media byte, which the FAT repeats
 * @param serial the volume's serial number; 0 if none
 * @param label the label of the boot sector, without padding; empty if none
 * @param rootOffsetBytes where the root directory of fixed size starts; 0 on FAT32
 * @param rootBytes its size; 0 on FAT32
 * @param rootCluster the root directory's first cluster on FAT32; 0 otherwise
 * @param activeFat the copy of the FAT that holds where the others are not kept; else the first
 * @param copyOffsetBytes where the copy of this sector stands on FAT32; 0 if there is none
 * @param stateFlags the byte in which systems say that the volume is open
 */
record FatBootSector(
        int width,
        int sectorBytes,
        int clusterBytes,
        long fatOffsetBytes,
        long fatBytes,
        int fatCount,
        long dataOffsetBytes,
        long clusterCount,
        long sizeBytes,
        int media,
        int serial,
        String label,
        long rootOffsetBytes,
        int rootBytes,
        long rootCluster,
        int activeFat,
        long copyOffsetBytes,
        int stateFlags) {
    static final int SIZE_BYTES = 512;

    private static final int NOT_MIRRORED = 0x80;
    private static final int ACTIVE_FAT = 0x0F;
    private static final int MAX_FAT12_CLUSTERS = 4_084;
    private static final int MAX_FAT16_CLUSTERS = 65_524;
    private static final long MAX_FAT32_CLUSTERS = 0x0FFF_FFF5L;

    /** Tells a FAT boot sector from others. There is no mark to go by, so every field has to be plausible. */
    static boolean isOne(ByteBuffer sector) {
        try {
            parse(sector);
            return true;
        } catch (MalformedDataException e) {
            return false;
        }
    }

    static FatBootSector parse(ByteBuffer sector) throws MalformedDataException {
        int jump = u8(sector, 0);
        check((jump == 0xEB && u8(sector, 2) == 0x90) || jump == 0xE9, 0, "a jump", jump);
        check(u16(sector, 510) == 0xAA55, 510, "the mark of a boot sector", u16(sector, 510));
        int sectorBytes = u16(sector, 11);
        check(isPowerOfTwo(sectorBytes, 512, 4096), 11, "a sector size of 512 to 4096", sectorBytes);
        int clusterSectors = u8(sector, 13);
        check(isPowerOfTwo(clusterSectors, 1, 128), 13, "a cluster of 1 to 128 sectors", clusterSectors);
        int reservedSectors = u16(sector, 14);
        check(reservedSectors > 0, 14, "reserved sectors", reservedSectors);
        int fatCount = u8(sector, 16);
        check(fatCount >= 1 && fatCount <= 4, 16, "1 to 4 FATs", fatCount);
        int rootEntries = u16(sector, 17);
        int media = u8(sector, 21);
        check(media == 0xF0 || media >= 0xF8, 21, "a media byte", media);

        boolean wide = u16(sector, 22) == 0;
        long fatSectors = wide ? u32(sector, 36) : u16(sector, 22);
        check(fatSectors > 0, wide ? 36 : 22, "sectors of the FAT", fatSectors);
        check(wide == (rootEntries == 0), 17, wide ? "no fixed root directory" : "root entries", rootEntries);
        check(!wide || u16(sector, 42) == 0, 42, "version 0.0", u16(sector, 42));
        long totalSectors = u16(sector, 19) != 0 ? u16(sector, 19) : u32(sector, 32);
        int rootSectors = (rootEntries * 32 + sectorBytes - 1) / sectorBytes;
        long dataSector = reservedSectors + fatCount * fatSectors + rootSectors;
        check(totalSectors > dataSector, 32, "more than " + dataSector + " sectors", totalSectors);

        long clusters = (totalSectors - dataSector) / clusterSectors;
        long limit = wide ? MAX_FAT32_CLUSTERS : MAX_FAT16_CLUSTERS;
        check(clusters >= 1 && clusters <= limit, 32, "1 to " + limit + " clusters", clusters);
        int width = wide ? 32 : clusters <= MAX_FAT12_CLUSTERS ? 12 : 16;
        long entries = fatSectors * sectorBytes * 8 / width;
        check(entries >= clusters + 2, 22, "a FAT of at least " + (clusters + 2) + " entries", entries);
        int mirroring = wide ? u16(sector, 40) : 0;
        int activeFat = (mirroring & NOT_MIRRORED) != 0 ? mirroring & ACTIVE_FAT : 0;
        check(activeFat < fatCount, 40, "one of " + fatCount + " FATs", activeFat);
        int extended = wide ? 64 : 36;
        boolean named = u8(sector, extended + 2) == 0x28 || u8(sector, extended + 2) == 0x29;
        boolean labelled = u8(sector, extended + 2) == 0x29;
        return new FatBootSector(
                width,
                sectorBytes,
                clusterSectors * sectorBytes,
                (long) reservedSectors * sectorBytes,
                fatSectors * sectorBytes,
                fatCount,
                dataSector * sectorBytes,
                clusters,
                totalSectors * sectorBytes,
                media,
                named ? sector.getInt(extended + 3) : 0,
                labelled ? FatDirectory.label(sector, extended + 7) : "",
                wide ? 0 : (dataSector - rootSectors) * sectorBytes,
                rootEntries * 32,
                wide ? u32(sector, 44) : 0,
                activeFat,
                wide && u16(sector, 50) < reservedSectors ? (long) u16(sector, 50) * sectorBytes : 0,
                u8(sector, extended + 1));
    }

    long clusterOffsetBytes(long cluster) {
        return dataOffsetBytes + (cluster - 2) * clusterBytes;
    }

    /** Tells whether a copy describes the same volume; label and state are often written to one of the two alone. */
    boolean hasGeometryOf(FatBootSector copy) {
        return width == copy.width
                && sectorBytes == copy.sectorBytes
                && clusterBytes == copy.clusterBytes
                && fatOffsetBytes == copy.fatOffsetBytes
                && fatBytes == copy.fatBytes
                && fatCount == copy.fatCount
                && sizeBytes == copy.sizeBytes
                && rootCluster == copy.rootCluster;
    }

    boolean hasCluster(long cluster) {
        return cluster >= 2 && cluster < clusterCount + 2;
    }

    private static void check(boolean valid, int offset, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException("FAT boot sector", offset, expected, Long.toString(actual));
        }
    }

    private static boolean isPowerOfTwo(int value, int least, int most) {
        return value >= least && value <= most && Integer.bitCount(value) == 1;
    }

    private static int u8(ByteBuffer sector, int offset) {
        return sector.get(offset) & 0xFF;
    }

    private static int u16(ByteBuffer sector, int offset) {
        return sector.getShort(offset) & 0xFFFF;
    }

    private static long u32(ByteBuffer sector, int offset) {
        return sector.getInt(offset) & 0xFFFF_FFFFL;
    }
}
