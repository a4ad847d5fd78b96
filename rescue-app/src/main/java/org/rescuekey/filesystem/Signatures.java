package org.rescuekey.filesystem;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ext.ExtVolume;
import org.rescuekey.filesystem.fat.FatVolume;
import org.rescuekey.filesystem.ntfs.NtfsVolume;
import org.rescuekey.filesystem.swap.SwapVolume;

/** The marks that file systems leave, and the order in which they count where a volume bears several. */
final class Signatures {
    static final long BTRFS_SUPERBLOCK_OFFSET = 64 << 10;
    static final byte[] LUKS_MARK = {'L', 'U', 'K', 'S', (byte) 0xBA, (byte) 0xBE};

    private static final int EXT_SUPERBLOCK_OFFSET = 1024;
    private static final int EXT_SUPERBLOCK_BYTES = 1024;
    private static final int EXT_MAGIC = 0xEF53;
    private static final int BOOT_SECTOR_BYTES = 512;
    private static final long MD_MAGIC = 0xA92B_4EFCL;
    private static final long ZFS_MAGIC = 0x00BA_B10CL;
    /** The mark of swap space ends its first page. */
    private static final int SWAP_HEAD_BYTES = 64 << 10;

    private static final int ZFS_LABEL_BYTES = 256 << 10;
    private static final long SILICON_IMAGE_MAGIC = 0x2F00_0000L;

    private static final String FVE_MARK = "-FVE-FS-";
    // 4967d63b-2e29-4ad8-8399-f6a339e3d001 and 92a84d3b-dd80-4d0e-9e4e-b1e3284eaed8, in the order of their bytes
    private static final String TO_GO_WHOLE = "3bd66749-292e-d84a-8399-f6a339e3d001";
    private static final String TO_GO_USED_SPACE = "3b4da892-80dd-0e4d-9e4e-b1e3284eaed8";

    private Signatures() {}

    /**
     * Every kind whose mark is there. What wraps other file systems comes first, since theirs can show through; FAT
     * has no mark, only plausible fields, and comes late. More than one means that a mark is a left-over, and which of
     * them cannot be told.
     */
    static List<FileSystemType> find(BlockDevice volume, Probe probe) throws RescueException {
        List<FileSystemType> found = new ArrayList<>();
        ByteBuffer boot = probe.at(0, BOOT_SECTOR_BYTES);
        add(found, FileSystemType.MD_RAID, raidSuperblock(probe) >= 0);
        add(found, FileSystemType.LVM2, lvmLabel(probe) >= 0);
        add(found, FileSystemType.LUKS, probe.has(0, LUKS_MARK));
        addAll(found, Mark.OF_LAYERS, probe);
        add(found, FileSystemType.ZFS, isZfs(probe));
        boolean bitLocker = isBitLocker(volume, probe);
        add(found, FileSystemType.BITLOCKER, bitLocker);
        add(found, FileSystemType.NTFS, NtfsVolume.isOne(boot));
        add(found, FileSystemType.EXFAT, probe.has(3, "EXFAT   "));
        add(found, FileSystemType.REFS, probe.has(3, "ReFS") && probe.has(16, "FSRS"));
        add(found, FileSystemType.XFS, probe.has(0, "XFSB"));
        add(found, FileSystemType.BTRFS, probe.has(BTRFS_SUPERBLOCK_OFFSET + 64, "_BHRfS_M"));
        boolean fat = !bitLocker && FatVolume.isOne(boot);
        // Stands for ext2 and ext3 too; which of them it is shows when it is opened.
        add(found, FileSystemType.EXT4, isExt(probe, fat));
        add(found, FileSystemType.SWAP, SwapVolume.isOne(probe.at(0, SWAP_HEAD_BYTES)));
        add(found, FileSystemType.SQUASHFS, probe.has(0, "hsqs"));
        addAll(found, Mark.OF_FILE_SYSTEMS, probe);
        // Stands for FAT12 and FAT16 too.
        add(found, FileSystemType.FAT32, fat);
        if (found.isEmpty()) {
            // A disc's mark stands where others keep data, and the last two are short: beside another they say nothing.
            long lastSector = (probe.sizeBytes() & -512L) - 512;
            add(found, FileSystemType.ISO9660, probe.has(32_769, "CD001"));
            add(found, FileSystemType.SILICON_IMAGE_RAID, probe.u32(lastSector + 0x60) == SILICON_IMAGE_MAGIC);
            add(found, FileSystemType.JMICRON_RAID, probe.has(lastSector, "JM"));
        }
        return found;
    }

    private static void addAll(List<FileSystemType> found, List<Mark> marks, Probe probe) {
        marks.forEach(mark -> add(found, mark.type(), mark.isIn(probe)));
    }

    private static void add(List<FileSystemType> found, FileSystemType type, boolean there) {
        if (there && !found.contains(type)) {
            found.add(type);
        }
    }

    /** Two bytes are soon there by chance, as they may be in a FAT, so beside one the whole superblock has to fit. */
    private static boolean isExt(Probe probe, boolean fat) {
        ByteBuffer superblock = probe.at(EXT_SUPERBLOCK_OFFSET, EXT_SUPERBLOCK_BYTES);
        boolean marked = (superblock.getShort(0x38) & 0xFFFF) == EXT_MAGIC;
        return marked && (!fat || ExtVolume.isPlausible(superblock));
    }

    /**
     * BitLocker To Go shows a small FAT volume to systems that do not know it. It is told by one of two identifiers,
     * for a whole and for a partial encryption, or by the metadata that its boot sector points to.
     */
    private static boolean isBitLocker(BlockDevice volume, Probe probe) throws RescueException {
        if (probe.has(3, FVE_MARK)) {
            return true;
        }
        if (!probe.has(3, "MSWIN4.1")) {
            return false;
        }
        String identifier = probe.uuid(424);
        if (identifier.equals(TO_GO_WHOLE) || identifier.equals(TO_GO_USED_SPACE)) {
            return true;
        }
        for (long pointer = 440; pointer < 464; pointer += 8) {
            long offset = probe.u64(pointer);
            if (offset > 0
                    && offset <= volume.sizeBytes() - FVE_MARK.length()
                    && StandardCharsets.ISO_8859_1
                            .decode(Reads.at(volume, offset, FVE_MARK.length(), "BitLocker metadata"))
                            .toString()
                            .equals(FVE_MARK)) {
                return true;
            }
        }
        return false;
    }

    /** Where the label of an LVM physical volume stands, in one of the first four sectors; -1 if there is none. */
    static long lvmLabel(Probe probe) {
        for (long offset = 0; offset < 4 * 512; offset += 512) {
            if (probe.has(offset, "LABELONE") && probe.has(offset + 24, "LVM2 001")) {
                return offset;
            }
        }
        return -1;
    }

    /** Where the superblock of a Linux RAID member stands: near the start, or in one of two places at the end. */
    static long raidSuperblock(Probe probe) {
        long size = probe.sizeBytes();
        long version10 = ((size >>> 9) - 16 & -8L) << 9;
        for (long offset : new long[] {0, 4096, version10}) {
            boolean marked = offset >= 0 && probe.u32(offset) == MD_MAGIC && probe.u32(offset + 4) == 1;
            if (marked && probe.u64(offset + 0x90) == offset >>> 9) {
                return offset;
            }
        }
        long version09 = (size & -65_536L) - 65_536;
        boolean marked = version09 >= 0 && probe.u32(version09) == MD_MAGIC && probe.u32(version09 + 4) == 0;
        return marked ? version09 : -1;
    }

    /**
     * ZFS keeps two labels at the start and two at the end. Each lists what it is of from its sixteenth KiB on, which
     * starts with the version, and keeps a ring of pointers in its second half.
     */
    private static boolean isZfs(Probe probe) {
        long last = (probe.sizeBytes() & -ZFS_LABEL_BYTES) - ZFS_LABEL_BYTES;
        for (long label : new long[] {0, Math.max(0, last)}) {
            if (probe.has(label + (16 << 10) + 20, "\0\0\0\7version")) {
                return true;
            }
            for (long offset = label + (128 << 10); offset < label + ZFS_LABEL_BYTES; offset += 1024) {
                if (probe.u64(offset) == ZFS_MAGIC || probe.u64(offset) == Long.reverseBytes(ZFS_MAGIC)) {
                    return true;
                }
            }
        }
        return false;
    }
}
