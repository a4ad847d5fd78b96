package org.rescuekey.partition.mbr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A sector that may carry four partition entries: sector 0 of a disk, or the link sector in front of a logical
 * partition. All of its bytes are kept. Immutable.
 *
 * <pre>
 *    0 440  boot code            446  64  four entries
 *  440   4  disk signature       510   2  the mark 55 AA
 *  444   2  usually zero         512   .  the rest of a larger sector
 * </pre>
 */
public final class EntrySector {
    public static final int BOOT_CODE_BYTES = 440;
    public static final int ENTRIES = 4;

    private static final int SIGNATURE_AT = 440;
    private static final int ENTRIES_AT = 446;
    private static final int MARK_AT = 510;
    private static final short MARK = (short) 0xAA55;
    private static final List<String> FILE_SYSTEM_NAMES = List.of("NTFS    ", "EXFAT   ", "-FVE-FS-", "ReFS\0\0\0\0");

    private final byte[] bytes;

    private EntrySector(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @param sector the whole sector, copied; at least 512 bytes */
    public static EntrySector of(byte[] sector) {
        if (sector.length < 512) {
            throw new IllegalArgumentException("a sector of " + sector.length + " bytes");
        }
        return new EntrySector(sector.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int lengthBytes() {
        return bytes.length;
    }

    /** Tells whether the sector ends (its first 512 bytes do) with the mark 55 AA. */
    public boolean hasMark() {
        return buffer().getShort(MARK_AT) == MARK;
    }

    public boolean isZero() {
        for (byte value : bytes) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    public int diskSignature() {
        return buffer().getInt(SIGNATURE_AT);
    }

    /** The disk signature as 8 hex digits. */
    public String diskSignatureText() {
        return String.format(Locale.ROOT, "%08x", diskSignature());
    }

    /** The same sector with another disk signature. */
    public EntrySector withDiskSignature(int signature) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(SIGNATURE_AT, signature);
        return new EntrySector(changed);
    }

    /** All four entries, used or not. */
    public List<MbrEntry> entries() {
        List<MbrEntry> entries = new ArrayList<>(ENTRIES);
        for (int slot = 0; slot < ENTRIES; slot++) {
            entries.add(MbrEntry.get(buffer(), ENTRIES_AT + slot * MbrEntry.BYTES));
        }
        return List.copyOf(entries);
    }

    /** The same sector with other entries (four of them) and the mark. */
    public EntrySector withEntries(List<MbrEntry> entries) {
        byte[] changed = bytes.clone();
        ByteBuffer buffer = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        for (int slot = 0; slot < ENTRIES; slot++) {
            entries.get(slot).put(buffer, ENTRIES_AT + slot * MbrEntry.BYTES);
        }
        buffer.putShort(MARK_AT, MARK);
        return new EntrySector(changed);
    }

    /** The same boot code and signature with the one entry of a protective MBR. */
    public EntrySector madeProtective(long diskSectors) {
        MbrEntry unused = new MbrEntry(0, 0, 0, 0, 0, 0);
        return withEntries(List.of(MbrEntry.protectiveFor(diskSectors), unused, unused, unused));
    }

    /**
     * Tells whether the sector begins as the boot sector of a file system does. Such a sector ends with the mark too,
     * and code or text stands where an MBR has its entries.
     */
    public boolean looksLikeFileSystem() {
        String name = new String(bytes, 3, 8, StandardCharsets.ISO_8859_1);
        return FILE_SYSTEM_NAMES.contains(name) || looksLikeFat();
    }

    private boolean looksLikeFat() {
        ByteBuffer buffer = buffer();
        boolean jump = (bytes[0] == (byte) 0xEB && bytes[2] == (byte) 0x90) || bytes[0] == (byte) 0xE9;
        int sectorBytes = buffer.getShort(11) & 0xFFFF;
        int reservedSectors = buffer.getShort(14) & 0xFFFF;
        int tables = bytes[16];
        return jump
                && sectorBytes >= 512
                && sectorBytes <= 4096
                && Integer.bitCount(sectorBytes) == 1
                && Integer.bitCount(bytes[13] & 0xFF) == 1
                && reservedSectors > 0
                && (tables == 1 || tables == 2)
                && (bytes[21] & 0xFF) >= 0xF0;
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntrySector that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "sector of " + bytes.length + " bytes with entries " + entries();
    }
}
