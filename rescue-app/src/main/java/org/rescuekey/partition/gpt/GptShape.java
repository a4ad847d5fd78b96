package org.rescuekey.partition.gpt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.units.SectorSize;

/**
 * The size of an entry array, and the way from its bytes to entries and back. Nearly all disks have 128 entries of 128
 * bytes.
 *
 * @param entryCount how many entries, 1 to {@value #ENTRIES_MAX}
 * @param entryBytes bytes of each: a power of two of 128 to {@value #ENTRY_BYTES_MAX}
 */
public record GptShape(int entryCount, int entryBytes) {
    public static final int ENTRIES_MAX = 4096;
    public static final int ENTRY_BYTES_MAX = 4096;
    public static final int ARRAY_BYTES_MAX = 1 << 20;

    public GptShape {
        if (!isAllowed(entryCount, entryBytes)) {
            throw new IllegalArgumentException("no GPT has " + entryCount + " entries of " + entryBytes + " bytes");
        }
    }

    /** @throws MalformedDataException if the sizes are outside the limits */
    public static GptShape parse(int entryCount, int entryBytes, long offsetBytes) throws MalformedDataException {
        if (!isAllowed(entryCount, entryBytes)) {
            throw new MalformedDataException(
                    "GPT entry array",
                    offsetBytes,
                    "at most " + ENTRIES_MAX + " entries of 128 to " + ENTRY_BYTES_MAX + " bytes, together at most "
                            + ARRAY_BYTES_MAX + " bytes",
                    Integer.toUnsignedString(entryCount) + " entries of " + Integer.toUnsignedString(entryBytes)
                            + " bytes");
        }
        return new GptShape(entryCount, entryBytes);
    }

    private static boolean isAllowed(int entryCount, int entryBytes) {
        return entryCount >= 1
                && entryCount <= ENTRIES_MAX
                && entryBytes >= GptEntry.DEFINED_BYTES
                && entryBytes <= ENTRY_BYTES_MAX
                && Integer.bitCount(entryBytes) == 1
                && (long) entryCount * entryBytes <= ARRAY_BYTES_MAX;
    }

    public int arrayBytes() {
        return entryCount * entryBytes;
    }

    public long arraySectors(SectorSize sectorSize) {
        return sectorSize.toSectors(sectorSize.roundUp(arrayBytes()));
    }

    /**
     * Reads the used entries of an array.
     *
     * @param array exactly {@link #arrayBytes()} bytes, little-endian
     * @param crc what the header says of their checksum
     * @param offsetBytes where the array was read
     * @throws MalformedDataException if the checksum is wrong
     */
    public List<GptEntry> parseArray(ByteBuffer array, int crc, long offsetBytes) throws MalformedDataException {
        int actual = Crc32s.of(array);
        if (actual != crc) {
            throw new MalformedDataException(
                    "GPT entry array",
                    offsetBytes,
                    String.format(Locale.ROOT, "CRC %08x", crc),
                    String.format(Locale.ROOT, "%08x", actual));
        }
        List<GptEntry> entries = new ArrayList<>();
        for (int slot = 0; slot < entryCount; slot++) {
            if (GptEntry.isUsed(array, slot * entryBytes)) {
                entries.add(GptEntry.parse(array, slot * entryBytes, slot + 1));
            }
        }
        return List.copyOf(entries);
    }

    /** The array that holds these entries, {@link #arrayBytes()} long. */
    public byte[] toArray(List<GptEntry> entries) {
        ByteBuffer array = ByteBuffer.allocate(arrayBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (GptEntry entry : entries) {
            entry.put(array, (entry.number() - 1) * entryBytes);
        }
        return array.array();
    }

    /** The checksum that a header must name for an array. */
    public static int crcOf(byte[] array) {
        return Crc32s.of(ByteBuffer.wrap(array));
    }
}
