package org.rescuekey.partition.gpt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.UUID;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.units.SectorSize;

/**
 * A GPT header, primary or backup; all places are sector numbers.
 *
 * <pre>
 *   0  8  "EFI PART"          32  8  the other header      72  8  entry array
 *   8  4  revision 1.x        40  8  first usable          80  4  number of entries
 *  12  4  header bytes        48  8  last usable           84  4  bytes of an entry
 *  16  4  CRC-32 (as if 0)    56 16  disk GUID             88  4  CRC-32 of the array
 *  20  4  reserved
 *  24  8  this header
 * </pre>
 *
 * <p>A header that {@link #parse} returns has a right checksum, fields inside their limits and places below {@link
 * #lbaLimit}; whether they suit the disk is for the table to judge.
 *
 * @param headerLba where this header stands
 * @param otherLba where the other header stands
 * @param firstUsableLba the first sector that a partition may have
 * @param lastUsableLba the last sector that a partition may have, inclusive
 * @param diskGuid the identity of the disk
 * @param arrayLba where this header's copy of the entry array begins
 * @param shape how many entries of how many bytes
 * @param arrayCrc the checksum of the array
 */
public record GptHeader(
        long headerLba,
        long otherLba,
        long firstUsableLba,
        long lastUsableLba,
        UUID diskGuid,
        long arrayLba,
        GptShape shape,
        int arrayCrc) {
    /** "EFI PART", little-endian. */
    public static final long MAGIC = 0x5452415020494645L;

    private static final int DEFINED_BYTES = 92;
    private static final int REVISION_1_0 = 0x0001_0000;
    private static final int CRC_AT = 16;

    /** No sector number at or above this can be turned into a byte offset. */
    public static long lbaLimit(SectorSize sectorSize) {
        return Long.MAX_VALUE / sectorSize.bytes();
    }

    /** Tells whether a sector begins as a GPT header does. */
    public static boolean hasMagic(ByteBuffer sector) {
        return sector.getLong(0) == MAGIC;
    }

    /**
     * Reads a header.
     *
     * @param sector the whole sector, little-endian
     * @param lba where it was read
     * @throws MalformedDataException naming the first field that is wrong
     */
    public static GptHeader parse(ByteBuffer sector, long lba, SectorSize sectorSize) throws MalformedDataException {
        Field field = new Field(sectorSize.toBytes(lba));
        field.check(0, hasMagic(sector), "\"EFI PART\"", "another text");
        field.check(8, sector.getShort(10) == 1, "revision 1", hex(sector.getInt(8)));
        int headerBytes = sector.getInt(12);
        field.check(
                12,
                headerBytes >= DEFINED_BYTES && headerBytes <= sectorSize.bytes(),
                "a header of 92 to " + sectorSize.bytes() + " bytes",
                Integer.toUnsignedString(headerBytes));
        int crc = headerCrc(sector, headerBytes);
        field.check(CRC_AT, sector.getInt(CRC_AT) == crc, "header CRC " + hex(crc), hex(sector.getInt(CRC_AT)));
        field.check(24, sector.getLong(24) == lba, "its own sector " + lba, unsigned(sector, 24));
        for (int at : new int[] {32, 40, 48, 72}) {
            long value = sector.getLong(at);
            field.check(at, value >= 0 && value < lbaLimit(sectorSize), "a sector number", unsigned(sector, at));
        }
        GptShape shape = GptShape.parse(sector.getInt(80), sector.getInt(84), sectorSize.toBytes(lba) + 80);
        return new GptHeader(
                lba,
                sector.getLong(32),
                sector.getLong(40),
                sector.getLong(48),
                Guids.get(sector, 56),
                sector.getLong(72),
                shape,
                sector.getInt(88));
    }

    /** The header as a whole sector, with its checksum. */
    public byte[] toSector(SectorSize sectorSize) {
        ByteBuffer sector = ByteBuffer.allocate(sectorSize.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        sector.putLong(0, MAGIC);
        sector.putInt(8, REVISION_1_0);
        sector.putInt(12, DEFINED_BYTES);
        sector.putLong(24, headerLba);
        sector.putLong(32, otherLba);
        sector.putLong(40, firstUsableLba);
        sector.putLong(48, lastUsableLba);
        Guids.put(sector, 56, diskGuid);
        sector.putLong(72, arrayLba);
        sector.putInt(80, shape.entryCount());
        sector.putInt(84, shape.entryBytes());
        sector.putInt(88, arrayCrc);
        sector.putInt(CRC_AT, headerCrc(sector, DEFINED_BYTES));
        return sector.array();
    }

    private static int headerCrc(ByteBuffer sector, int headerBytes) {
        ByteBuffer copy = ByteBuffer.allocate(headerBytes).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, sector, 0, headerBytes);
        copy.putInt(CRC_AT, 0);
        return Crc32s.of(copy);
    }

    private static String unsigned(ByteBuffer sector, int at) {
        return Long.toUnsignedString(sector.getLong(at));
    }

    private static String hex(int value) {
        return String.format(Locale.ROOT, "%08x", value);
    }

    private record Field(long sectorAt) {
        void check(int at, boolean right, String expected, String actual) throws MalformedDataException {
            if (!right) {
                throw new MalformedDataException("GPT header", sectorAt + at, expected, actual);
            }
        }
    }
}
