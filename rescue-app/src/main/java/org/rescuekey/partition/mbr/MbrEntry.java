package org.rescuekey.partition.mbr;

import java.nio.ByteBuffer;

/**
 * One of the four 16-byte entries of an MBR or of a link sector, as it stands there.
 *
 * @param status 0x80 for active, 0 for not; anything else means that this is no entry at all
 * @param firstChs cylinder, head and sector of the first sector: three bytes, kept and never believed
 * @param type what the partition is for, one byte
 * @param lastChs as {@code firstChs}, of the last sector
 * @param startSector the first sector, relative to what the sector's role says; an unsigned 32-bit number
 * @param sectorCount how many sectors; 0 means that the entry is not used
 */
public record MbrEntry(int status, int firstChs, int type, int lastChs, long startSector, long sectorCount) {
    public static final int BYTES = 16;
    public static final int ACTIVE = 0x80;
    public static final int TYPE_GPT_PROTECTIVE = 0xEE;
    public static final int CHS_BEYOND = 0xFFFFFF;
    public static final long SECTORS_MAX = 0xFFFF_FFFFL;

    /** Cylinder 1023, head 254, sector 63. */
    private static final int CHS_TOO_FAR = 0xFFFFFE;

    private static final int HEADS = 255;
    private static final int SECTORS_PER_TRACK = 63;
    private static final int CYLINDER_MAX = 1023;
    private static final int FIRST_CHS_OF_PROTECTIVE = 0x000200;

    /** The one entry of a protective MBR, for a disk of so many sectors. */
    public static MbrEntry protectiveFor(long diskSectors) {
        return new MbrEntry(
                0, FIRST_CHS_OF_PROTECTIVE, TYPE_GPT_PROTECTIVE, CHS_BEYOND, 1, protectiveSectors(diskSectors));
    }

    /** How many sectors a protective entry covers: all but the first, as far as 32 bits reach. */
    public static long protectiveSectors(long diskSectors) {
        return Math.min(diskSectors - 1, SECTORS_MAX);
    }

    static MbrEntry get(ByteBuffer buffer, int at) {
        return new MbrEntry(
                buffer.get(at) & 0xFF,
                threeBytes(buffer, at + 1),
                buffer.get(at + 4) & 0xFF,
                threeBytes(buffer, at + 5),
                Integer.toUnsignedLong(buffer.getInt(at + 8)),
                Integer.toUnsignedLong(buffer.getInt(at + 12)));
    }

    void put(ByteBuffer buffer, int at) {
        buffer.putInt(at, status | firstChs << 8);
        buffer.putInt(at + 4, type | lastChs << 8);
        buffer.putInt(at + 8, (int) startSector);
        buffer.putInt(at + 12, (int) sectorCount);
    }

    private static int threeBytes(ByteBuffer buffer, int at) {
        return (buffer.getShort(at) & 0xFFFF) | (buffer.get(at + 2) & 0xFF) << 16;
    }

    public boolean isUsed() {
        return sectorCount != 0;
    }

    public boolean isActive() {
        return status == ACTIVE;
    }

    public boolean hasValidStatus() {
        return status == 0 || status == ACTIVE;
    }

    public boolean isExtended() {
        return isUsed() && MbrTypes.isExtended(type);
    }

    public boolean isProtective() {
        return isUsed() && type == TYPE_GPT_PROTECTIVE;
    }

    /**
     * The same kind of entry for another place. Cylinders are counted as every present maker of tables does, 255 heads of 63
     * sectors, and say "beyond" where ten bits do not reach.
     *
     * @param originLba what the entry counts from: 0, the link sector, or the extended partition
     * @param startLba the first sector on the disk
     */
    public MbrEntry placed(long originLba, long startLba, long sectors) {
        if (startLba < originLba || startLba - originLba > SECTORS_MAX || sectors < 1 || sectors > SECTORS_MAX) {
            throw new IllegalArgumentException(sectors + " sectors from " + startLba + " are beyond 32 bits");
        }
        return new MbrEntry(status, chs(startLba), type, chs(startLba + sectors - 1), startLba - originLba, sectors);
    }

    private static int chs(long lba) {
        long cylinder = lba / (HEADS * SECTORS_PER_TRACK);
        if (cylinder > CYLINDER_MAX) {
            return CHS_TOO_FAR;
        }
        int head = (int) (lba / SECTORS_PER_TRACK % HEADS);
        int sector = (int) (lba % SECTORS_PER_TRACK) + 1;
        return head | (sector | (int) (cylinder >> 8) << 6) << 8 | (int) (cylinder & 0xFF) << 16;
    }

    public MbrEntry withSectorCount(long count) {
        return new MbrEntry(status, firstChs, type, CHS_BEYOND, startSector, count);
    }
}
