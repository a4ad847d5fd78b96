package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.runs.BadRuns;
import org.rescuekey.units.ExtentSet;

/**
 * The blocks that are known to be bad: the content of inode 1, always as a list of blocks with up to three levels of
 * blocks in between. A list that goes on beyond a limit is followed no further: the rest counts as used. For one use, by
 * one thread.
 */
final class ExtBadBlocks {
    static final int INODE = 1;
    private static final int EXTENTS_OR_INLINE = 0x8_0000 | 0x1000_0000;
    private static final int FLAGS_OFFSET = 0x20;
    private static final int BLOCKS_OFFSET = 0x28;
    private static final int DIRECT = 12;
    private static final int LEVELS = 3;
    private static final int MAX_LISTS = 1024;

    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final BadRuns bad = new BadRuns();
    private final ExtentSet.Builder lists = ExtentSet.builder();

    /** A block of block numbers that is still to be read. */
    private record Pending(long block, int level) {}

    ExtBadBlocks(BlockDevice volume, ExtSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
    }

    /** @param inodeTable the first block of the inode table of the first group */
    void read(long inodeTable) throws RescueException {
        if (superblock.hasRoCompat(ExtFeature.RO_COMPAT_BIGALLOC)) {
            // A cluster that has a bad block may have good ones that are in use.
            return;
        }
        long offset = inodeTable * superblock.blockBytes();
        ByteBuffer inode = Reads.at(volume, offset, superblock.inodeBytes(), "ext inode of bad blocks");
        if ((inode.getInt(FLAGS_OFFSET) & EXTENTS_OR_INLINE) != 0) {
            return;
        }
        if (inode.mismatch(ByteBuffer.allocate(inode.limit())) < 0) {
            // Never written: there are none, and there is no checksum.
            return;
        }
        ExtChecksum.checkInode(superblock, INODE, inode, "ext inode of bad blocks", offset);
        Deque<Pending> pending = new ArrayDeque<>();
        for (int i = 0; i < DIRECT; i++) {
            addBad(u32(inode, BLOCKS_OFFSET + 4 * i), offset);
        }
        for (int level = 1; level <= LEVELS; level++) {
            addList(pending, u32(inode, BLOCKS_OFFSET + 4 * (DIRECT + level - 1)), level, offset);
        }
        for (int read = 0; read < MAX_LISTS && !pending.isEmpty(); read++) {
            readList(pending.removeFirst(), pending);
        }
    }

    ExtentSet bad() {
        return bad.build();
    }

    /** The blocks that hold the list itself. */
    ExtentSet lists() {
        return lists.build();
    }

    private void readList(Pending list, Deque<Pending> pending) throws RescueException {
        long offset = list.block() * superblock.blockBytes();
        ByteBuffer numbers = Reads.at(volume, offset, superblock.blockBytes(), "ext list of bad blocks");
        for (int i = 0; i < numbers.limit(); i += 4) {
            if (list.level() == 1) {
                addBad(u32(numbers, i), offset + i);
            } else if (pending.size() < MAX_LISTS) {
                addList(pending, u32(numbers, i), list.level() - 1, offset + i);
            }
        }
    }

    private void addBad(long block, long foundAt) throws MalformedDataException {
        if (block != 0) {
            check(block, foundAt);
            bad.add(block * superblock.blockBytes(), (block + 1) * superblock.blockBytes());
        }
    }

    private void addList(Deque<Pending> pending, long block, int level, long foundAt) throws MalformedDataException {
        if (block != 0) {
            check(block, foundAt);
            lists.add(block * superblock.blockBytes(), (block + 1) * superblock.blockBytes());
            pending.add(new Pending(block, level));
        }
    }

    private void check(long block, long foundAt) throws MalformedDataException {
        if (block < superblock.firstDataBlock() || block >= superblock.blockCount()) {
            throw new MalformedDataException(
                    "ext list of bad blocks", foundAt, "blocks below " + superblock.blockCount(), Long.toString(block));
        }
    }

    private static long u32(ByteBuffer bytes, int offset) {
        return bytes.getInt(offset) & 0xFFFF_FFFFL;
    }
}
