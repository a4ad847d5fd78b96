package org.rescuekey.filesystem;

/** What a volume holds, as far as its bytes tell. */
public enum FileSystemType {
    NTFS("NTFS"),
    FAT12("FAT12"),
    FAT16("FAT16"),
    FAT32("FAT32"),
    EXFAT("exFAT"),
    EXT2("ext2"),
    EXT3("ext3"),
    EXT4("ext4"),
    XFS("XFS"),
    BTRFS("Btrfs"),
    SWAP("Linux swap"),
    LVM2("LVM physical volume"),
    LUKS("LUKS encrypted"),
    BITLOCKER("BitLocker encrypted"),
    REFS("ReFS"),
    ZFS("ZFS member"),
    MD_RAID("Linux RAID member"),
    DDF_RAID("DDF RAID member"),
    INTEL_RAID("Intel RAID member"),
    LSI_RAID("LSI RAID member"),
    NVIDIA_RAID("NVIDIA RAID member"),
    PROMISE_RAID("Promise RAID member"),
    ADAPTEC_RAID("Adaptec RAID member"),
    HIGHPOINT_RAID("HighPoint RAID member"),
    SILICON_IMAGE_RAID("Silicon Image RAID member"),
    JMICRON_RAID("JMicron RAID member"),
    LDM("Windows dynamic disk"),
    STORAGE_SPACES("Storage Spaces member"),
    BCACHE("bcache member"),
    STRATIS("Stratis member"),
    VDO("VDO volume"),
    VMFS("VMFS member"),
    DM_INTEGRITY("dm-integrity volume"),
    BCACHEFS("Bcachefs"),
    APFS("APFS"),
    HFS_PLUS("HFS+"),
    F2FS("F2FS"),
    JFS("JFS"),
    REISERFS("ReiserFS"),
    NILFS2("NILFS2"),
    UFS("UFS"),
    OCFS2("OCFS2"),
    GFS2("GFS2"),
    EROFS("EROFS"),
    ISO9660("ISO 9660"),
    SQUASHFS("SquashFS"),
    /** Every place where a file system would leave its mark reads as zero. */
    EMPTY("empty"),
    /** Something is there, and it is none of the above. */
    UNKNOWN("unknown");

    private final String label;

    FileSystemType(String label) {
        this.label = label;
    }

    /** The name that people know it by. */
    public String label() {
        return label;
    }
}
