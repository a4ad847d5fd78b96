package org.rescuekey.filesystem.xfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * Walks an allocation group's tree of free extents by block number, depth first, with one block for each level in
 * memory. Every block has to stand on its level and between the siblings that it names, and all extents have to ascend;
 * so no block is read twice, and a tree that closes on itself ends at once. For one use, by one thread.
 */
final class XfsFreeTree {
    /** Takes one free extent, in blocks of the group. */
    @FunctionalInterface
    interface Sink {
        void free(long first, long count) throws MalformedDataException;
    }

    private static final String WHAT = "XFS free-space tree";
    private static final int MAGIC = 0x4142_5442;
    private static final int MAGIC_WITH_CHECKSUM = 0x4142_3342;
    private static final int HEADER_BYTES = 16;
    private static final int HEADER_BYTES_WITH_CHECKSUM = 56;
    private static final int CHECKSUM = 52;
    private static final int RECORD_BYTES = 8;
    private static final int POINTER_BYTES = 4;
    private static final long NO_BLOCK = 0xFFFF_FFFFL;

    private final BlockDevice volume;
    private final XfsSuperblock superblock;
    private final XfsGroup group;
    private final int headerBytes;
    private final long[] lastBlocks;
    private final long[] nextBlocks;
    private long endOfLast;
    private long total;

    XfsFreeTree(BlockDevice volume, XfsSuperblock superblock, XfsGroup group) {
        this.volume = volume;
        this.superblock = superblock;
        this.group = group;
        headerBytes = superblock.hasChecksums() ? HEADER_BYTES_WITH_CHECKSUM : HEADER_BYTES;
        lastBlocks = new long[group.levels()];
        nextBlocks = new long[group.levels()];
        Arrays.fill(lastBlocks, NO_BLOCK);
    }

    /** Reports all free extents in ascending order, and returns the number of blocks in them. */
    long visit(Sink sink) throws RescueException {
        int top = group.levels() - 1;
        ByteBuffer[] path = new ByteBuffer[top + 1];
        int[] next = new int[top + 1];
        int level = top;
        path[top] = block(group.root(), top);
        while (level <= top) {
            ByteBuffer block = path[level];
            if (level == 0) {
                leaf(block, sink);
                level++;
            } else if (next[level] == count(block)) {
                level++;
            } else {
                long child = pointer(block, next[level]++);
                level--;
                path[level] = block(child, level);
                next[level] = 0;
            }
        }
        for (int each = 0; each <= top; each++) {
            check(nextBlocks[each] == NO_BLOCK, lastBlocks[each], 12, "the last block of a level", nextBlocks[each]);
        }
        return total;
    }

    private ByteBuffer block(long number, int level) throws RescueException {
        check(number > 0 && number < group.length(), 0, 0, "a block inside the group", number);
        int blockBytes = superblock.blockBytes();
        long offset = offsetBytes(number);
        ByteBuffer block = Reads.at(volume, offset, blockBytes, WHAT).order(ByteOrder.BIG_ENDIAN);
        boolean checksums = superblock.hasChecksums();
        int magic = checksums ? MAGIC_WITH_CHECKSUM : MAGIC;
        check(block.getInt(0) == magic, number, 0, "the mark of the tree", block.getInt(0));
        if (checksums) {
            XfsChecksum.check(block, CHECKSUM, WHAT, offset);
            check(block.getLong(16) == offset >>> 9, number, 16, "its own place", block.getLong(16));
            check(block.getInt(48) == group.number(), number, 48, "its own group", block.getInt(48));
            UUID uuid = new UUID(block.getLong(32), block.getLong(40));
            check(uuid.equals(superblock.metadataUuid()), number, 32, "the UUID of the volume", block.getLong(32));
        }
        check(block.getShort(4) == level, number, 4, "level " + level, block.getShort(4));
        int most = (blockBytes - headerBytes) / (level == 0 ? RECORD_BYTES : RECORD_BYTES + POINTER_BYTES);
        int least = level == 0 && group.levels() == 1 ? 0 : 1;
        check(
                count(block) >= least && count(block) <= most,
                number,
                6,
                least + " to " + most + " entries",
                count(block));
        long left = u32(block, 8);
        boolean first = lastBlocks[level] == NO_BLOCK;
        check(left == lastBlocks[level] && (first || nextBlocks[level] == number), number, 8, "its siblings", left);
        lastBlocks[level] = number;
        nextBlocks[level] = u32(block, 12);
        return block;
    }

    private void leaf(ByteBuffer block, Sink sink) throws MalformedDataException {
        for (int i = 0; i < count(block); i++) {
            int at = headerBytes + i * RECORD_BYTES;
            long first = u32(block, at);
            long count = u32(block, at + 4);
            check(
                    first >= endOfLast && count > 0 && count <= group.length() - first,
                    lastBlocks[0],
                    at,
                    "a free extent behind block " + endOfLast + " of " + group.length(),
                    first);
            sink.free(first, count);
            endOfLast = first + count;
            total += count;
        }
    }

    /** The pointers stand behind the room for as many keys as fit. */
    private long pointer(ByteBuffer block, int index) {
        int most = (superblock.blockBytes() - headerBytes) / (RECORD_BYTES + POINTER_BYTES);
        return u32(block, headerBytes + most * RECORD_BYTES + index * POINTER_BYTES);
    }

    private static int count(ByteBuffer block) {
        return block.getShort(6) & 0xFFFF;
    }

    private long offsetBytes(long block) {
        return superblock.groupOffsetBytes(group.number()) + block * superblock.blockBytes();
    }

    private void check(boolean valid, long block, int field, String expected, long actual)
            throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException(WHAT, offsetBytes(block) + field, expected, Long.toString(actual));
        }
    }

    private static long u32(ByteBuffer bytes, int offset) {
        return bytes.getInt(offset) & 0xFFFF_FFFFL;
    }
}
