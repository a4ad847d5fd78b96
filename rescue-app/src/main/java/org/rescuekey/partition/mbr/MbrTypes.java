package org.rescuekey.partition.mbr;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;

/** The types of MBR partitions that people meet, in words. */
public final class MbrTypes {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            entry(0x01, "FAT12"),
            entry(0x04, "FAT16, small"),
            entry(0x05, "extended"),
            entry(0x06, "FAT16"),
            entry(0x07, "NTFS or exFAT"),
            entry(0x0B, "FAT32"),
            entry(0x0C, "FAT32 (LBA)"),
            entry(0x0E, "FAT16 (LBA)"),
            entry(0x0F, "extended (LBA)"),
            entry(0x11, "hidden FAT12"),
            entry(0x12, "maker's diagnostics"),
            entry(0x14, "hidden FAT16, small"),
            entry(0x16, "hidden FAT16"),
            entry(0x17, "hidden NTFS"),
            entry(0x1B, "hidden FAT32"),
            entry(0x1C, "hidden FAT32 (LBA)"),
            entry(0x1E, "hidden FAT16 (LBA)"),
            entry(0x27, "Windows recovery"),
            entry(0x42, "Windows dynamic disk"),
            entry(0x82, "Linux swap"),
            entry(0x83, "Linux file system"),
            entry(0x85, "Linux extended"),
            entry(0x8E, "Linux LVM"),
            entry(0xA5, "FreeBSD"),
            entry(0xA6, "OpenBSD"),
            entry(0xA8, "Apple UFS"),
            entry(0xAF, "Apple HFS"),
            entry(0xBF, "Solaris"),
            entry(0xDE, "maker's utilities"),
            entry(0xEE, "GPT protective"),
            entry(0xEF, "EFI system"),
            entry(0xFB, "VMware VMFS"),
            entry(0xFD, "Linux RAID"));

    private MbrTypes() {}

    /** The type in words, or "unknown". */
    public static String nameOf(int type) {
        return NAMES.getOrDefault(type, "unknown");
    }

    /** The type as tables are printed: "0x07". */
    public static String text(int type) {
        return String.format(Locale.ROOT, "0x%02x", type);
    }

    static boolean isExtended(int type) {
        return type == 0x05 || type == 0x0F || type == 0x85;
    }
}
