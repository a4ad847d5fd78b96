package org.rescuekey.windows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rescuekey.units.SectorSize;

/**
 * The first sector of an NTFS or FAT volume: the BIOS parameter block in it records how many sectors lie before the
 * volume on its disk ("hidden sectors"), and BIOS boot code adds that number to every sector it loads. Pure.
 *
 * <p>Fields (Microsoft's FAT specification; NTFS shares the layout): bytes per sector u16 at 0x0B, reserved sectors u16 at
 * 0x0E, sectors of a FAT u16 at 0x16, which is 0 in FAT32 alone, hidden sectors u32 at 0x1C; NTFS: total sectors u64 at
 * 0x28, its copy in the sector with that number; FAT32: the copy's sector u16 at 0x32, among the reserved ones or else
 * there is none; the signature 55 AA at 510.
 */
public final class BootSector {
    private static final int HIDDEN_SECTORS = 0x1C;
    private static final int SIGNATURE = 510;
    private static final int RESERVED_SECTORS = 0x0E;
    private static final int FAT_SECTORS = 0x16;

    private final byte[] bytes;
    private final SectorSize sector;
    private final boolean ntfs;

    private BootSector(byte[] bytes, SectorSize sector, boolean ntfs) {
        this.bytes = bytes;
        this.sector = sector;
        this.ntfs = ntfs;
    }

    /** The boot sector in these bytes (at least 512), if it is one of NTFS or FAT. */
    public static Optional<BootSector> parse(byte[] firstSector) {
        if (firstSector.length < 512) {
            return Optional.empty();
        }
        ByteBuffer view = view(firstSector);
        int sectorBytes = Short.toUnsignedInt(view.getShort(0x0B));
        boolean isSigned = Short.toUnsignedInt(view.getShort(SIGNATURE)) == 0xAA55;
        if (!isSigned || sectorBytes < 512 || sectorBytes > 4096 || Integer.bitCount(sectorBytes) != 1) {
            return Optional.empty();
        }
        boolean ntfs = hasText(firstSector, 3, "NTFS    ");
        boolean fat = hasText(firstSector, 0x36, "FAT") || hasText(firstSector, 0x52, "FAT32") || isFat(view);
        return ntfs || fat
                ? Optional.of(new BootSector(firstSector.clone(), new SectorSize(sectorBytes), ntfs))
                : Optional.empty();
    }

    public SectorSize sector() {
        return sector;
    }

    public long hiddenSectors() {
        return Integer.toUnsignedLong(view(bytes).getInt(HIDDEN_SECTORS));
    }

    /**
     * The same sector with another number of hidden sectors. A number beyond 32 bits cannot be recorded, nor booted by a
     * BIOS; as the formatting tools do, its low 32 bits are recorded.
     */
    public byte[] withHiddenSectors(long sectors) {
        byte[] patched = bytes.clone();
        view(patched).putInt(HIDDEN_SECTORS, (int) sectors);
        return patched;
    }

    /** Where in the volume this sector and its copy stand, in bytes; copies outside the volume are left out. */
    public List<Long> offsets(long volumeBytes) {
        ByteBuffer view = view(bytes);
        long copy = 0;
        if (ntfs) {
            copy = view.getLong(0x28);
        } else if (view.getShort(FAT_SECTORS) == 0) {
            copy = Short.toUnsignedInt(view.getShort(0x32));
        }
        long sectors = sector.toSectors(volumeBytes);
        long limit = ntfs ? sectors : Math.min(sectors, Short.toUnsignedInt(view.getShort(RESERVED_SECTORS)));
        return copy > 0 && copy < limit ? List.of(0L, sector.toBytes(copy)) : List.of(0L);
    }

    /** Tells whether another sector is this one or a copy of it, whatever number of hidden sectors is recorded there. */
    public boolean isCopiedBy(BootSector other) {
        return Arrays.equals(withHiddenSectors(0), other.withHiddenSectors(0));
    }

    /** A FAT need not say its name; its fields have to be plausible. */
    private static boolean isFat(ByteBuffer view) {
        int jump = Byte.toUnsignedInt(view.get(0));
        int copies = Byte.toUnsignedInt(view.get(0x10));
        int media = Byte.toUnsignedInt(view.get(0x15));
        boolean jumps = (jump == 0xEB && Byte.toUnsignedInt(view.get(2)) == 0x90) || jump == 0xE9;
        return jumps
                && view.getShort(RESERVED_SECTORS) != 0
                && (copies == 1 || copies == 2)
                && (media == 0xF0 || media >= 0xF8);
    }

    private static ByteBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean hasText(byte[] bytes, int offset, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (bytes[offset + i] != (byte) text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
