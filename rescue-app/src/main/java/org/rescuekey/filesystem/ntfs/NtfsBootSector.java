package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.filesystem.ntfs.RunList.Run;
import org.rescuekey.units.Extent;

/**
 * The geometry of an NTFS volume.
 *
 * @param sectorBytes the file system's sectors, which need not be the device's
 * @param clusterBytes the size of a cluster, 512 bytes to 2 MiB
 * @param totalSectors the sectors of the volume; one more behind them holds the copy of the boot sector
 * @param clusterCount the whole clusters in these sectors
 * @param mftCluster where the $MFT starts
 * @param recordBytes the size of its records
 * @param indexBlockBytes the size of the blocks of directories
 * @param serial the volume's serial number
 */
record NtfsBootSector(
        int sectorBytes,
        int clusterBytes,
        long totalSectors,
        long clusterCount,
        long mftCluster,
        int recordBytes,
        int indexBlockBytes,
        long serial) {
    static final int SIZE_BYTES = 512;

    private static final int MAX_CLUSTER_BYTES = 2 << 20;
    private static final long MAX_SIZE_BYTES = 1L << 60;

    /** Tells whether 512 little-endian bytes bear the mark of an NTFS boot sector. */
    static boolean isOne(ByteBuffer sector) {
        // "NTFS" and four spaces
        return sector.getLong(3) == 0x2020_2020_5346_544EL;
    }

    static NtfsBootSector parse(ByteBuffer sector) throws MalformedDataException {
        check(isOne(sector), 3, "the mark of NTFS", sector.getLong(3));
        int sectorBytes = sector.getShort(11) & 0xFFFF;
        check(isPowerOfTwo(sectorBytes, 256, 4096), 11, "a sector size of 256 to 4096", sectorBytes);
        // Above 128 the byte is a negative power of two, which is how clusters of more than 128 sectors are written.
        int raw = sector.get(13) & 0xFF;
        int clusterSectors = raw > 0x80 ? (raw >= 244 ? 1 << (256 - raw) : 0) : raw;
        check(isPowerOfTwo(clusterSectors, 1, MAX_CLUSTER_BYTES / sectorBytes), 13, "a cluster of at most 2 MiB", raw);
        int clusterBytes = clusterSectors * sectorBytes;
        long totalSectors = sector.getLong(40);
        check(
                totalSectors > 0 && totalSectors <= MAX_SIZE_BYTES / sectorBytes,
                40,
                "a number of sectors",
                totalSectors);
        long clusterCount = totalSectors / clusterSectors;
        long mftCluster = sector.getLong(48);
        check(mftCluster > 0 && mftCluster < clusterCount, 48, "a cluster below " + clusterCount, mftCluster);
        return new NtfsBootSector(
                sectorBytes,
                clusterBytes,
                totalSectors,
                clusterCount,
                mftCluster,
                size(sector, 64, clusterBytes),
                size(sector, 68, clusterBytes),
                sector.getLong(72));
    }

    /** Where the clusters of a run that is not sparse lie on the volume. */
    Extent extent(Run run) {
        return new Extent(run.firstCluster() * clusterBytes, run.count() * clusterBytes);
    }

    long sizeBytes() {
        return totalSectors * sectorBytes;
    }

    String serialText() {
        return String.format(Locale.ROOT, "%016X", serial);
    }

    /** A size that is written as a number of clusters or, if negative, as a power of two. */
    private static int size(ByteBuffer sector, int offset, int clusterBytes) throws MalformedDataException {
        int raw = sector.get(offset);
        long size = raw >= 0 ? (long) raw * clusterBytes : raw >= -16 ? 1L << -raw : 0;
        check(
                size >= 512 && size <= 65_536 && Long.bitCount(size) == 1,
                offset,
                "a record of 512 to 65,536 bytes",
                raw);
        return (int) size;
    }

    private static boolean isPowerOfTwo(int value, int least, int most) {
        return value >= least && value <= most && Integer.bitCount(value) == 1;
    }

    private static void check(boolean valid, int offset, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException("NTFS boot sector", offset, expected, Long.toString(actual));
        }
    }
}
