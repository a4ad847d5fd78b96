package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * The superblock: geometry and features, checked against each other. Blocks are numbered from the volume's first byte;
 * groups divide them from {@link #firstDataBlock()} on. With bigalloc a bitmap's bit stands for a cluster of
 * {@link #clusterBlocks()} blocks, else for one block.
 */
final class ExtSuperblock {
    static final int OFFSET_BYTES = 1024;
    static final int SIZE_BYTES = 1024;

    private static final int RESIZE_INODE = 7;
    private static final int MAGIC = 0xEF53;
    private static final int MAX_BLOCK_SHIFT = 6;
    /** More than 64 TiB have in groups of 128 MiB; what is known of each takes memory. */
    private static final long MAX_GROUPS = 1 << 20;

    private static final int MIN_GROUP_BLOCKS = 256;
    private static final long MAX_BLOCKS = 1L << 46;

    private final ByteBuffer bytes;
    private final int blockShift;
    private final int clusterShift;
    private final long blockCount;
    private final int descriptorBytes;
    private final int groupCount;

    /** @param bytes the 1024 bytes of the superblock, little-endian */
    ExtSuperblock(ByteBuffer bytes) throws MalformedDataException {
        this.bytes = bytes;
        check(u16(0x38) == MAGIC, 0x38, "the mark of ext2, ext3 and ext4", u16(0x38));
        check(u32(0x18) <= MAX_BLOCK_SHIFT, 0x18, "blocks of 1 to 64 KiB", u32(0x18));
        blockShift = 10 + (int) u32(0x18);
        boolean bigalloc = hasRoCompat(ExtFeature.RO_COMPAT_BIGALLOC);
        long clusterLog = bigalloc ? u32(0x1C) : u32(0x18);
        check(clusterLog >= u32(0x18) && clusterLog <= 20, 0x1C, "clusters of a block to 1 GiB", clusterLog);
        clusterShift = 10 + (int) clusterLog;

        boolean wide = hasIncompat(ExtFeature.INCOMPAT_64BIT);
        blockCount = u32(0x4) | (wide ? u32(0x150) << 32 : 0);
        check(firstDataBlock() <= 1, 0x14, "0 or 1", firstDataBlock());
        check(blockCount > firstDataBlock() && blockCount <= MAX_BLOCKS, 0x4, "a number of blocks", blockCount);
        descriptorBytes = wide ? u16(0xFE) : 32;
        check(
                descriptorBytes >= (wide ? 64 : 32)
                        && descriptorBytes <= 1024
                        && Integer.bitCount(descriptorBytes) == 1,
                0xFE,
                "group descriptors of 32 to 1024 bytes",
                descriptorBytes);

        long clustersPerGroup = u32(0x24);
        check(
                clustersPerGroup >= 8 && clustersPerGroup <= 8L * blockBytes() && clustersPerGroup % 8 == 0,
                0x24,
                "as many clusters in a group as its bitmap has bits",
                clustersPerGroup);
        check(u32(0x20) == clustersPerGroup * clusterBlocks() || !bigalloc, 0x20, "whole clusters", u32(0x20));
        check(u32(0x20) == clustersPerGroup || bigalloc, 0x20, "blocks as clusters", u32(0x20));
        check(blocksPerGroup() >= MIN_GROUP_BLOCKS, 0x20, "groups of 256 blocks at least", blocksPerGroup());
        long groups = (blockCount - firstDataBlock() + blocksPerGroup() - 1) / blocksPerGroup();
        check(groups <= MAX_GROUPS, 0x20, "at most " + MAX_GROUPS + " groups", groups);
        groupCount = (int) groups;
        check(
                (inodesPerGroup() > 0 || hasIncompat(ExtFeature.INCOMPAT_JOURNAL_DEVICE))
                        && inodesPerGroup() <= 8L * blockBytes(),
                0x28,
                "as many inodes in a group as its bitmap has bits",
                inodesPerGroup());
        check(
                inodeBytes() >= 128 && inodeBytes() <= blockBytes() && Integer.bitCount(inodeBytes()) == 1,
                0x58,
                "inodes of 128 bytes to a block",
                inodeBytes());
    }

    static ExtSuperblock read(BlockDevice volume) throws RescueException {
        return new ExtSuperblock(Reads.at(volume, OFFSET_BYTES, SIZE_BYTES, "ext superblock"));
    }

    boolean hasCompat(int feature) {
        return (bytes.getInt(0x5C) & feature) != 0;
    }

    boolean hasIncompat(int feature) {
        return (bytes.getInt(0x60) & feature) != 0;
    }

    boolean hasRoCompat(int feature) {
        return (bytes.getInt(0x64) & feature) != 0;
    }

    int blockBytes() {
        return 1 << blockShift;
    }

    int clusterBytes() {
        return 1 << clusterShift;
    }

    int clusterBlocks() {
        return 1 << (clusterShift - blockShift);
    }

    long blockCount() {
        return blockCount;
    }

    long sizeBytes() {
        return blockCount << blockShift;
    }

    long firstDataBlock() {
        return u32(0x14);
    }

    long clustersPerGroup() {
        return u32(0x24);
    }

    long blocksPerGroup() {
        return clustersPerGroup() * clusterBlocks();
    }

    long inodesPerGroup() {
        return u32(0x28);
    }

    /** By its own count, which is right of a volume that was closed. */
    long freeBlocks() {
        return u32(0xC) | (hasIncompat(ExtFeature.INCOMPAT_64BIT) ? u32(0x158) << 32 : 0);
    }

    long inodeCount() {
        return u32(0x0);
    }

    long freeInodes() {
        return u32(0x10);
    }

    int inodeBytes() {
        return u32(0x4C) == 0 ? 128 : u16(0x58);
    }

    /** The first inode that may be a file's; those before it have fixed purposes. */
    long firstInode() {
        return u32(0x4C) == 0 ? 11 : u32(0x54);
    }

    /** What an inode is that the volume itself uses; empty if it is none of these. */
    String purposeOf(long inode) {
        if (inode == u32(0xE0) && hasCompat(ExtFeature.COMPAT_HAS_JOURNAL)) {
            return "the journal";
        }
        if (inode != 0 && (inode == u32(0x240) || inode == u32(0x244) || inode == u32(0x26C))) {
            return "the quota (inode " + inode + ")";
        }
        if (inode != 0 && inode == u32(0x280)) {
            return "the list of orphans";
        }
        if (inode == ExtInode.ROOT || inode >= firstInode()) {
            return "";
        }
        return inode == RESIZE_INODE ? "the room for more group descriptors" : "the reserved inode " + inode;
    }

    /** How many groups have their structures in one place. */
    int groupsInFlex() {
        int shift = bytes.get(0x174) & 0xFF;
        return hasIncompat(ExtFeature.INCOMPAT_FLEX_BG) && shift < 31 ? Math.min(1 << shift, groupCount) : 1;
    }

    long inodeTableBlocks() {
        return (inodesPerGroup() * inodeBytes() + blockBytes() - 1) / blockBytes();
    }

    int groupCount() {
        return groupCount;
    }

    long groupFirstBlock(long group) {
        return firstDataBlock() + group * blocksPerGroup();
    }

    int descriptorBytes() {
        return descriptorBytes;
    }

    int descriptorsPerBlock() {
        return blockBytes() / descriptorBytes;
    }

    /** How many blocks hold the descriptors of all groups. */
    int descriptorBlocks() {
        return (groupCount + descriptorsPerBlock() - 1) / descriptorsPerBlock();
    }

    /** From this descriptor block on, each stands in the groups that it describes; only with meta_bg. */
    int firstMetaBlock() {
        return hasIncompat(ExtFeature.INCOMPAT_META_BG)
                ? (int) Math.min(u32(0x104), descriptorBlocks())
                : descriptorBlocks();
    }

    int reservedDescriptorBlocks() {
        return hasIncompat(ExtFeature.INCOMPAT_META_BG) ? 0 : u16(0xCE);
    }

    /** Tells whether a group starts with a copy of the superblock. */
    boolean hasSuperblock(long group) {
        if (group == 0) {
            return true;
        }
        if (hasCompat(ExtFeature.COMPAT_SPARSE_SUPER2)) {
            return group == u32(0x24C) || group == u32(0x250);
        }
        return !hasRoCompat(ExtFeature.RO_COMPAT_SPARSE_SUPER)
                || group == 1
                || isPower(group, 3)
                || isPower(group, 5)
                || isPower(group, 7);
    }

    /** The block of the mount protection; meaningful only with that feature. */
    long mountProtectionBlock() {
        return bytes.getLong(0x168);
    }

    /** The group in which this copy of the superblock stands; 0 of the first. */
    int copyInGroup() {
        return u16(0x5A);
    }

    /** The flags of the state: bit 0 closed properly, bit 1 errors found. */
    int state() {
        return u16(0x3A);
    }

    int unknownIncompat() {
        return bytes.getInt(0x60) & ~ExtFeature.INCOMPAT_UNDERSTOOD;
    }

    int unknownRoCompat() {
        return bytes.getInt(0x64) & ~ExtFeature.RO_COMPAT_UNDERSTOOD;
    }

    boolean hasFeaturesOfExt4() {
        return (bytes.getInt(0x60) & ~ExtFeature.INCOMPAT_OF_EXT3) != 0
                || (bytes.getInt(0x64) & ~ExtFeature.RO_COMPAT_OF_EXT3) != 0;
    }

    byte[] uuidBytes() {
        byte[] uuid = new byte[16];
        bytes.get(0x68, uuid);
        return uuid;
    }

    String uuid() {
        ByteBuffer uuid = ByteBuffer.wrap(uuidBytes());
        UUID value = new UUID(uuid.getLong(), uuid.getLong());
        return value.equals(new UUID(0, 0)) ? "" : value.toString();
    }

    String label() {
        byte[] label = new byte[16];
        bytes.get(0x78, label);
        int length = 0;
        while (length < label.length && label[length] != 0) {
            length++;
        }
        return new String(Arrays.copyOf(label, length), StandardCharsets.UTF_8).stripTrailing();
    }

    /** The start value of all checksums of metadata but the superblock's own. */
    int checksumSeed() {
        return hasIncompat(ExtFeature.INCOMPAT_CSUM_SEED)
                ? bytes.getInt(0x270)
                : ExtChecksum.crc32c(~0, ByteBuffer.wrap(uuidBytes()));
    }

    /** Checks the superblock's own checksum, where the volume keeps one. */
    void checkChecksum() throws MalformedDataException {
        if (!hasRoCompat(ExtFeature.RO_COMPAT_METADATA_CSUM)) {
            return;
        }
        int actual = ExtChecksum.crc32c(~0, bytes.slice(0, 0x3FC));
        if (actual != bytes.getInt(0x3FC)) {
            throw new MalformedDataException(
                    "ext superblock",
                    OFFSET_BYTES + 0x3FCL,
                    "the checksum " + Integer.toHexString(actual),
                    Integer.toHexString(bytes.getInt(0x3FC)));
        }
    }

    private static boolean isPower(long value, int base) {
        long rest = value;
        while (rest > 1 && rest % base == 0) {
            rest /= base;
        }
        return rest == 1;
    }

    private static void check(boolean valid, int offset, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException(
                    "ext superblock", OFFSET_BYTES + (long) offset, expected, Long.toString(actual));
        }
    }

    private int u16(int offset) {
        return bytes.getShort(offset) & 0xFFFF;
    }

    private long u32(int offset) {
        return bytes.getInt(offset) & 0xFFFF_FFFFL;
    }
}
