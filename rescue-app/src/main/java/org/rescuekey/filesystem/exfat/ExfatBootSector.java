package org.rescuekey.filesystem.exfat;

import java.nio.ByteBuffer;
import org.rescuekey.error.MalformedDataException;

/**
 * The geometry of an exFAT volume, as its boot sector states it and as the rules on it allow.
 *
 * <p>Layout: the boot region (12 sectors, of which this is the first and the last repeats a checksum of the others), its
 * backup, one FAT or two, the cluster heap, whose first cluster has number 2. Gaps between them and behind the heap are
 * allowed.
 *
 * @param sectorBytes the file system's sectors, which need not be the device's
 * @param clusterBytes the size of a cluster
 * @param fatOffsetBytes where the first FAT starts
 * @param fatCount how many there are; with two there are two allocation bitmaps as well
 * @param heapOffsetBytes where cluster 2 starts
 * @param clusterCount how many clusters there are
 * @param rootCluster the first cluster of the root directory
 * @param sizeBytes the size that the volume states
 * @param serial the volume's serial number
 * @param flags its state; not covered by the checksum, because it changes with every mount
 */
record ExfatBootSector(
        int sectorBytes,
        int clusterBytes,
        long fatOffsetBytes,
        int fatCount,
        long heapOffsetBytes,
        long clusterCount,
        long rootCluster,
        long sizeBytes,
        int serial,
        int flags) {
    static final int SIZE_BYTES = 512;
    static final int BOOT_REGION_SECTORS = 12;

    static final int FLAG_SECOND_FAT = 0x1;
    static final int FLAG_DIRTY = 0x2;
    static final int FLAG_MEDIA_FAILURE = 0x4;

    private static final int MIN_SECTOR_SHIFT = 9;
    private static final int MAX_SECTOR_SHIFT = 12;
    private static final int MAX_CLUSTER_SHIFT = 25;
    private static final long MAX_CLUSTERS = 0xFFFF_FFF5L;
    private static final int MAJOR_REVISION = 1;

    /** @param sector 512 little-endian bytes that bear the mark of exFAT */
    static ExfatBootSector parse(ByteBuffer sector) throws MalformedDataException {
        check((sector.getInt(0) & 0xFF_FFFF) == 0x90_76EB, 0, "a jump", sector.getInt(0) & 0xFF_FFFF);
        check((sector.getShort(510) & 0xFFFF) == 0xAA55, 510, "the mark of a boot sector", sector.getShort(510));
        for (int offset = 11; offset < 64; offset++) {
            check(sector.get(offset) == 0, offset, "zero", sector.get(offset));
        }
        check(sector.get(105) == MAJOR_REVISION, 105, "revision 1", sector.get(105));
        int sectorShift = sector.get(108);
        check(
                sectorShift >= MIN_SECTOR_SHIFT && sectorShift <= MAX_SECTOR_SHIFT,
                108,
                "sectors of 512 to 4096 bytes",
                sectorShift);
        int perClusterShift = sector.get(109);
        check(
                perClusterShift >= 0 && perClusterShift <= MAX_CLUSTER_SHIFT - sectorShift,
                109,
                "clusters of at most 32 MiB",
                perClusterShift);
        int fats = sector.get(110);
        check(fats == 1 || fats == 2, 110, "one FAT or two", fats);

        long sectors = sector.getLong(72);
        check(sectors > 0 && sectors <= Long.MAX_VALUE >> sectorShift, 72, "a number of sectors", sectors);
        long fat = u32(sector, 80);
        check(fat >= 2 * BOOT_REGION_SECTORS, 80, "a FAT behind the boot regions", fat);
        long fatSectors = u32(sector, 84);
        long clusters = u32(sector, 92);
        check(clusters >= 1 && clusters <= MAX_CLUSTERS, 92, "1 to " + MAX_CLUSTERS + " clusters", clusters);
        long fatSectorsNeeded = ((clusters + 2) * 4 + (1L << sectorShift) - 1) >> sectorShift;
        check(fatSectors >= fatSectorsNeeded, 84, "at least " + fatSectorsNeeded + " sectors of a FAT", fatSectors);
        long heap = u32(sector, 88);
        check(heap >= fat + fats * fatSectors, 88, "a heap behind the FATs", heap);
        long heapEnd = heap + (clusters << perClusterShift);
        check(heapEnd <= sectors, 92, "clusters inside of " + sectors + " sectors", clusters);
        long root = u32(sector, 96);
        check(root >= 2 && root < clusters + 2, 96, "a cluster of 2 to " + (clusters + 1), root);
        return new ExfatBootSector(
                1 << sectorShift,
                1 << (sectorShift + perClusterShift),
                fat << sectorShift,
                fats,
                heap << sectorShift,
                clusters,
                root,
                sectors << sectorShift,
                sector.getInt(100),
                sector.getShort(106) & 0xFFFF);
    }

    boolean hasFlag(int flag) {
        return (flags & flag) != 0;
    }

    boolean hasCluster(long cluster) {
        return cluster >= 2 && cluster < clusterCount + 2;
    }

    long clusterOffsetBytes(long cluster) {
        return heapOffsetBytes + (cluster - 2) * clusterBytes;
    }

    /** The bytes of one boot region; the backup follows the first. */
    int bootRegionBytes() {
        return BOOT_REGION_SECTORS * sectorBytes;
    }

    /**
     * Checks the last sector of a boot region, every four bytes of which are the checksum of all sectors before it.
     *
     * @param region a boot region, little-endian
     * @param offsetBytes where it stands on the volume
     */
    void checkRegion(ByteBuffer region, long offsetBytes) throws MalformedDataException {
        int end = bootRegionBytes() - sectorBytes;
        int checksum = 0;
        for (int i = 0; i < end; i++) {
            // The state and the share of clusters in use change with every mount.
            if (i != 106 && i != 107 && i != 112) {
                checksum = Integer.rotateRight(checksum, 1) + (region.get(i) & 0xFF);
            }
        }
        for (int i = end; i < bootRegionBytes(); i += 4) {
            if (region.getInt(i) != checksum) {
                throw new MalformedDataException(
                        "exFAT boot region",
                        offsetBytes + i,
                        "the checksum " + Integer.toHexString(checksum),
                        Integer.toHexString(region.getInt(i)));
            }
        }
    }

    private static void check(boolean valid, int offset, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException("exFAT boot sector", offset, expected, Long.toString(actual));
        }
    }

    private static long u32(ByteBuffer sector, int offset) {
        return sector.getInt(offset) & 0xFFFF_FFFFL;
    }
}
