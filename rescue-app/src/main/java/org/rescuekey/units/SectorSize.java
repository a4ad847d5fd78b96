package org.rescuekey.units;

/**
 * The size of a device's logical or physical sector in bytes: a power of two of 512 to 65,536.
 *
 * @param bytes the size
 */
public record SectorSize(int bytes) {
    /** The sector size of most disks and of regular files used as disks. */
    public static final SectorSize SECTOR_512 = new SectorSize(512);

    /** The sector size of native 4K ("4Kn") disks. */
    public static final SectorSize SECTOR_4096 = new SectorSize(4096);

    public SectorSize {
        if (bytes < 512 || bytes > 65_536 || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("sector size " + bytes + " is no power of two of 512 to 65,536");
        }
    }

    /** Tells whether a byte offset or length is a whole number of sectors. */
    public boolean divides(long offsetOrLengthBytes) {
        return (offsetOrLengthBytes & (bytes - 1)) == 0;
    }

    /** The byte offset of a sector number; throws ArithmeticException where it exceeds a long. */
    public long toBytes(long sectors) {
        return Math.multiplyExact(sectors, (long) bytes);
    }

    /** The number of whole sectors in so many bytes. */
    public long toSectors(long lengthBytes) {
        return lengthBytes / bytes;
    }

    /** The next multiple of this size at or above a byte offset. */
    public long roundUp(long offsetBytes) {
        return Math.addExact(offsetBytes, bytes - 1L) & -bytes;
    }

    /** The next multiple of this size at or below a byte offset. */
    public long roundDown(long offsetBytes) {
        return offsetBytes & -bytes;
    }

    @Override
    public String toString() {
        return bytes + " bytes";
    }
}
