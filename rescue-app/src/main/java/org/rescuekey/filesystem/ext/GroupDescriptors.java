package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * Reads the primary group descriptors, one block of them at a time and wherever meta_bg has put it, and checks each
 * against its checksum and the limits of the volume.
 */
final class GroupDescriptors {
    private static final int INODE_UNINIT = 0x1;
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
     * @param inodesUninitialised whether none of its inodes was ever used
     * @param unusedInodes how many of its last inodes were never used
     */
    record Group(
            int number,
            long blockBitmap,
            long inodeBitmap,
            long inodeTable,
            boolean blocksUninitialised,
            int bitmapChecksum,
            long freeClusters,
            boolean inodesUninitialised,
            long unusedInodes) {
        /** The same without what changes in use. */
        Group withAllInodes() {
            return new Group(
                    number,
                    blockBitmap,
                    inodeBitmap,
                    inodeTable,
                    blocksUninitialised,
                    bitmapChecksum,
                    freeClusters,
                    false,
                    0);
        }
    }

    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final int checksumSeed;
    private final Set<Long> lostBlocks = new HashSet<>();
    private int keptIndex = -1;
    private Optional<Block> kept = Optional.empty();

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

    /**
     * Visits the groups whose descriptors are sound, from the first copy of a block of them where that block cannot be read.
     *
     * @return how many groups there are besides
     */
    long visitReadable(Visitor visitor) throws RescueException {
        long lost = 0;
        int perBlock = superblock.descriptorsPerBlock();
        for (int index = 0; index < superblock.descriptorBlocks(); index++) {
            int first = index * perBlock;
            int count = Math.min(perBlock, superblock.groupCount() - first);
            Optional<Block> block = readable(index);
            if (block.isEmpty()) {
                lost += count;
                continue;
            }
            for (int i = 0; i < count; i++) {
                Optional<Group> group = sound(block.get(), first + i, i);
                if (group.isPresent()) {
                    visitor.group(group.get());
                } else {
                    lost++;
                }
            }
        }
        return lost;
    }

    /** One group, if its descriptor is sound. The block of it is kept for the next time. */
    Optional<Group> group(int number) throws RescueException {
        int index = number / superblock.descriptorsPerBlock();
        if (index != keptIndex) {
            kept = readable(index);
            keptIndex = index;
        }
        return kept.isEmpty() ? Optional.empty() : sound(kept.get(), number, number % superblock.descriptorsPerBlock());
    }

    /** The extents of the descriptors at the start of groups, and of the superblocks there; without the room to grow. */
    void visitHeads(HeadVisitor visitor) {
        for (int group = 0; group < superblock.groupCount(); group++) {
            long count = headBlocks(superblock, group, false);
            if (count > 0) {
                visitor.head(group, superblock.groupFirstBlock(group), count);
            }
        }
    }

    /** Takes the blocks at the start of a group. */
    @FunctionalInterface
    interface HeadVisitor {
        void head(int group, long firstBlock, long count);
    }

    /** How many blocks at the start of a group hold a superblock and descriptors. */
    static long headBlocks(ExtSuperblock superblock, int group, boolean withRoomToGrow) {
        boolean hasSuperblock = superblock.hasSuperblock(group);
        long count = hasSuperblock ? 1 : 0;
        int metaBlock = group / superblock.descriptorsPerBlock();
        if (metaBlock < superblock.firstMetaBlock()) {
            int room = withRoomToGrow ? superblock.reservedDescriptorBlocks() : 0;
            count += hasSuperblock ? superblock.firstMetaBlock() + room : 0;
        } else {
            int inMeta = group % superblock.descriptorsPerBlock();
            boolean holdsCopy = inMeta == 0 || inMeta == 1 || inMeta == superblock.descriptorsPerBlock() - 1;
            count += holdsCopy ? 1 : 0;
        }
        boolean mayBeShifted =
                superblock.firstDataBlock() == 0 && superblock.blockBytes() == ExtSuperblock.OFFSET_BYTES;
        if (group == 0 && (withRoomToGrow || mayBeShifted)) {
            // With blocks of 1 KiB that count from 0, everything stands one block further on.
            count++;
        }
        return count;
    }

    /** A block of descriptors and where it stands; in a copy only the places of things are up to date. */
    private record Block(ByteBuffer bytes, long offset, boolean isCopy) {}

    private Optional<Block> readable(int index) throws RescueException {
        long[] places = {primaryBlock(index), copyBlock(index)};
        for (int i = 0; i < places.length; i++) {
            if (places[i] > 0 && places[i] < superblock.blockCount() && !lostBlocks.contains(places[i])) {
                long offset = places[i] * superblock.blockBytes();
                try {
                    ByteBuffer bytes = Reads.at(volume, offset, superblock.blockBytes(), "ext group descriptors");
                    return Optional.of(new Block(bytes, offset, i > 0));
                } catch (DeviceException e) {
                    if (!e.isUnreadableSector()) {
                        throw e;
                    }
                    lostBlocks.add(places[i]);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Group> sound(Block block, int number, int inBlock) {
        int start = inBlock * superblock.descriptorBytes();
        ByteBuffer bytes =
                block.bytes().slice(start, superblock.descriptorBytes()).order(ByteOrder.LITTLE_ENDIAN);
        try {
            Group group = parse(number, bytes, block.offset() + start);
            return Optional.of(block.isCopy() ? group.withAllInodes() : group);
        } catch (MalformedDataException e) {
            return Optional.empty();
        }
    }

    /** The block of the first copy of some descriptors; 0 if there is none. */
    private long copyBlock(int index) {
        if (index < superblock.firstMetaBlock()) {
            for (int group = 1; group < superblock.groupCount(); group++) {
                if (superblock.hasSuperblock(group)) {
                    return superblock.groupFirstBlock(group) + 1 + index;
                }
            }
            return 0;
        }
        long group = (long) index * superblock.descriptorsPerBlock() + 1;
        return group < superblock.groupCount()
                ? superblock.groupFirstBlock(group) + (superblock.hasSuperblock(group) ? 1 : 0)
                : 0;
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
        boolean noInodes = hasChecksums() && (descriptor.getShort(0x12) & INODE_UNINIT) != 0;
        long unused = (descriptor.getShort(0x1C) & 0xFFFF) | (wide ? (descriptor.getShort(0x32) & 0xFFFFL) << 16 : 0);
        return new Group(
                number,
                blockBitmap,
                inodeBitmap,
                inodeTable,
                uninitialised,
                bitmapChecksum,
                freeClusters,
                noInodes,
                hasChecksums() ? Math.min(unused, superblock.inodesPerGroup()) : 0);
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
