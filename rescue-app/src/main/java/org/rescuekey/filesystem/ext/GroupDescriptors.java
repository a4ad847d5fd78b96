package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * Reads the primary group descriptors, one block of them at a time and wherever meta_bg has put it, and checks each
 * against its checksum and the limits of the volume.
 */
final class GroupDescriptors {
    private static final int BLOCK_UNINIT = 0x2;
    private static final int CHECKSUM_OFFSET = 0x1E;
    private static final int WIDE_BYTES = 64;

    /** Takes the groups in ascending order. */
    @FunctionalInterface
    interface Visitor {
        void group(Group group) throws RescueException;
    }

    /**
     * One group.
     *
     * @param number its number, from 0
     * @param blockBitmap the block of its block bitmap
     * @param inodeBitmap the block of its inode bitmap
     * @param inodeTable the first block of its inode table
     * @param blocksUninitialised whether the block bitmap was never written and stands for "only metadata"
     * @param bitmapChecksum the checksum that the block bitmap should have
     * @param freeClusters how many clusters of the group should be free by the block bitmap
     */
    record Group(
            int number,
            long blockBitmap,
            long inodeBitmap,
            long inodeTable,
            boolean blocksUninitialised,
            int bitmapChecksum,
            long freeClusters) {}

    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final int checksumSeed;

    GroupDescriptors(BlockDevice volume, ExtSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
        this.checksumSeed = superblock.checksumSeed();
    }

    void visit(Visitor visitor) throws RescueException {
        int perBlock = superblock.descriptorsPerBlock();
        for (int index = 0; index < superblock.descriptorBlocks(); index++) {
            long offset = primaryBlock(index) * superblock.blockBytes();
            ByteBuffer block = Reads.at(volume, offset, superblock.blockBytes(), "ext group descriptors");
            int first = index * perBlock;
            for (int i = 0; i < perBlock && first + i < superblock.groupCount(); i++) {
                int start = i * superblock.descriptorBytes();
                ByteBuffer descriptor =
                        block.slice(start, superblock.descriptorBytes()).order(ByteOrder.LITTLE_ENDIAN);
                visitor.group(parse(first + i, descriptor, offset + start));
            }
        }
    }

    /** The block that holds the descriptors number {@code index} times so many in a block. */
    private long primaryBlock(int index) {
        if (index < superblock.firstMetaBlock()) {
            return superblockBlock() + 1L + index;
        }
        long group = (long) index * superblock.descriptorsPerBlock();
        long block = superblock.groupFirstBlock(group) + (superblock.hasSuperblock(group) ? 1 : 0);
        // With blocks of 1 KiB and groups that start at block 0, the superblock stands in block 1 and not in block 0.
        boolean shifted = group == 0 && superblock.firstDataBlock() == 0 && superblockBlock() == 1;
        return shifted ? block + 1 : block;
    }

    private int superblockBlock() {
        return ExtSuperblock.OFFSET_BYTES / superblock.blockBytes();
    }

    private Group parse(int number, ByteBuffer descriptor, long offset) throws MalformedDataException {
        boolean wide = descriptor.limit() >= WIDE_BYTES;
        int checksum = checksum(number, descriptor);
        int stored = descriptor.getShort(CHECKSUM_OFFSET) & 0xFFFF;
        if (hasChecksums() && checksum != stored) {
            throw new MalformedDataException(
                    "ext descriptor of group " + number,
                    offset + CHECKSUM_OFFSET,
                    "the checksum " + Integer.toHexString(checksum),
                    Integer.toHexString(stored));
        }
        long blockBitmap = block(descriptor, 0x0, wide ? 0x20 : -1, 1, offset);
        long inodeBitmap = block(descriptor, 0x4, wide ? 0x24 : -1, 1, offset);
        long inodeTable = block(descriptor, 0x8, wide ? 0x28 : -1, superblock.inodeTableBlocks(), offset);
        boolean uninitialised = hasChecksums() && (descriptor.getShort(0x12) & BLOCK_UNINIT) != 0;
        int bitmapChecksum =
                (descriptor.getShort(0x18) & 0xFFFF) | (wide ? (descriptor.getShort(0x38) & 0xFFFF) << 16 : 0);
        long freeClusters =
                (descriptor.getShort(0xC) & 0xFFFF) | (wide ? (descriptor.getShort(0x2C) & 0xFFFFL) << 16 : 0);
        return new Group(number, blockBitmap, inodeBitmap, inodeTable, uninitialised, bitmapChecksum, freeClusters);
    }

    private long block(ByteBuffer descriptor, int low, int high, long count, long offset)
            throws MalformedDataException {
        long block = (descriptor.getInt(low) & 0xFFFF_FFFFL)
                | (high >= 0 ? (descriptor.getInt(high) & 0xFFFF_FFFFL) << 32 : 0);
        if (block < superblock.firstDataBlock() || block > superblock.blockCount() - count) {
            throw new MalformedDataException(
                    "ext group descriptor",
                    offset + low,
                    "blocks below " + superblock.blockCount(),
                    count + " from " + block);
        }
        return block;
    }

    private boolean hasChecksums() {
        return superblock.hasRoCompat(ExtFeature.RO_COMPAT_METADATA_CSUM)
                || superblock.hasRoCompat(ExtFeature.RO_COMPAT_GDT_CSUM);
    }

    private int checksum(int number, ByteBuffer descriptor) {
        ByteBuffer group = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        group.putInt(0, number);
        ByteBuffer head = descriptor.slice(0, CHECKSUM_OFFSET);
        ByteBuffer tail = descriptor.slice(CHECKSUM_OFFSET + 2, descriptor.limit() - CHECKSUM_OFFSET - 2);
        if (superblock.hasRoCompat(ExtFeature.RO_COMPAT_METADATA_CSUM)) {
            int crc = ExtChecksum.crc32c(ExtChecksum.crc32c(checksumSeed, group), head);
            crc = ExtChecksum.crc32c(crc, ByteBuffer.allocate(2));
            return ExtChecksum.crc32c(crc, tail) & 0xFFFF;
        }
        int crc = ExtChecksum.crc16(0xFFFF, ByteBuffer.wrap(superblock.uuidBytes()));
        crc = ExtChecksum.crc16(ExtChecksum.crc16(crc, group), head);
        return ExtChecksum.crc16(crc, tail) & 0xFFFF;
    }
}
