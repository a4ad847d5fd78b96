package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * Follows the maps of inodes to their blocks: trees of extents, and lists of blocks with up to three levels of blocks in
 * between. What is damaged or cannot be read is passed over and counted. All maps together take no more blocks than the
 * volume can have of them. For one search, by one thread.
 */
final class ExtBlockWalk {
    private static final int DIRECT = 12;
    private static final int LEVELS = 3;
    private static final int EXTENT_MAGIC = 0xF30A;
    private static final int MAX_DEPTH = 5;
    private static final int ENTRY_BYTES = 12;
    private static final int MAX_WRITTEN = 32_768;
    private static final int MAX_REMEMBERED = 1 << 16;

    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final Set<Long> lostBlocks = new HashSet<>();
    private long budget;
    private long lost;
    private long damaged;

    /** Takes the blocks of an inode in the order of its content. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes blocks that follow one another.
         *
         * @param isMap whether they hold the map itself
         * @return whether to go on
         */
        boolean run(long firstBlock, long count, boolean isMap) throws RescueException;
    }

    /** A block of a map that is still to be read; the level of a tree of extents counts from the leaves. */
    private record Pending(long block, int level) {}

    ExtBlockWalk(BlockDevice volume, ExtSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
        // A block of a map stands for one block at least, and the smallest map for some that fit into the inode.
        this.budget = superblock.blockCount() / 4 + 64;
    }

    /** How many blocks of maps could not be read or were damaged. */
    long passedOver() {
        return lost + damaged;
    }

    /** Tells whether the maps take more blocks than can be: some of them are not followed to their end. */
    boolean isExhausted() {
        return budget <= 0;
    }

    void walk(ExtInode inode, Sink sink) throws RescueException {
        if (!inode.hasMap()) {
            return;
        }
        if (inode.hasExtents()) {
            walkExtents(inode, sink);
        } else {
            walkLists(inode, sink);
        }
    }

    private void walkExtents(ExtInode inode, Sink sink) throws RescueException {
        Deque<Pending> pending = new ArrayDeque<>();
        if (!node(inode.map(), -1, pending, sink)) {
            return;
        }
        while (!pending.isEmpty()) {
            Pending next = pending.removeFirst();
            if (!sink.run(next.block(), 1, true)) {
                return;
            }
            ByteBuffer bytes = read(next.block());
            if (bytes != null && !node(bytes, next.level(), pending, sink)) {
                return;
            }
        }
    }

    /** Takes a node of the tree; its children come before all that is pending. */
    private boolean node(ByteBuffer bytes, int level, Deque<Pending> pending, Sink sink) throws RescueException {
        int entries = bytes.getShort(2) & 0xFFFF;
        int depth = bytes.getShort(6) & 0xFFFF;
        boolean isSound = (bytes.getShort(0) & 0xFFFF) == EXTENT_MAGIC
                && entries <= bytes.limit() / ENTRY_BYTES - 1
                && (level < 0 ? depth <= MAX_DEPTH : depth == level);
        if (!isSound) {
            damaged++;
            return true;
        }
        if (depth == 0) {
            return leaf(bytes, entries, sink);
        }
        for (int i = entries; i >= 1; i--) {
            int at = i * ENTRY_BYTES;
            long block = u32(bytes, at + 4) | (bytes.getShort(at + 8) & 0xFFFFL) << 32;
            if (isValid(block, 1)) {
                pending.addFirst(new Pending(block, depth - 1));
            } else {
                damaged++;
            }
        }
        return true;
    }

    private boolean leaf(ByteBuffer bytes, int entries, Sink sink) throws RescueException {
        for (int i = 1; i <= entries; i++) {
            int at = i * ENTRY_BYTES;
            int length = bytes.getShort(at + 4) & 0xFFFF;
            // Longer ones were given their place, but never written to.
            int count = length > MAX_WRITTEN ? length - MAX_WRITTEN : length;
            long block = u32(bytes, at + 8) | (bytes.getShort(at + 6) & 0xFFFFL) << 32;
            if (count == 0 || !isValid(block, count)) {
                damaged++;
            } else if (!sink.run(block, count, false)) {
                return false;
            }
        }
        return true;
    }

    private void walkLists(ExtInode inode, Sink sink) throws RescueException {
        ByteBuffer map = inode.map();
        if (!numbers(map, 0, DIRECT, sink)) {
            return;
        }
        Deque<Pending> pending = new ArrayDeque<>();
        for (int level = 1; level <= LEVELS; level++) {
            addList(pending, u32(map, 4 * (DIRECT + level - 1)), level, false);
        }
        while (!pending.isEmpty()) {
            Pending next = pending.removeFirst();
            if (!sink.run(next.block(), 1, true)) {
                return;
            }
            ByteBuffer bytes = read(next.block());
            if (bytes == null) {
                continue;
            }
            int count = bytes.limit() / 4;
            if (next.level() == 1) {
                if (!numbers(bytes, 0, count, sink)) {
                    return;
                }
            } else {
                for (int i = count - 1; i >= 0; i--) {
                    addList(pending, u32(bytes, 4 * i), next.level() - 1, true);
                }
            }
        }
    }

    private void addList(Deque<Pending> pending, long block, int level, boolean first) {
        if (block == 0) {
            return;
        }
        if (!isValid(block, 1)) {
            damaged++;
        } else if (first) {
            pending.addFirst(new Pending(block, level));
        } else {
            pending.addLast(new Pending(block, level));
        }
    }

    /** Takes numbers of blocks, those that follow one another together; a zero is a hole. */
    private boolean numbers(ByteBuffer bytes, int from, int count, Sink sink) throws RescueException {
        long first = 0;
        long length = 0;
        for (int i = from; i < from + count; i++) {
            long block = u32(bytes, 4 * i);
            if (block != 0 && !isValid(block, 1)) {
                damaged++;
                block = 0;
            }
            if (block != 0 && length > 0 && block == first + length) {
                length++;
                continue;
            }
            if (length > 0 && !sink.run(first, length, false)) {
                return false;
            }
            first = block;
            length = block == 0 ? 0 : 1;
        }
        return length == 0 || sink.run(first, length, false);
    }

    private @Nullable ByteBuffer read(long block) throws RescueException {
        budget--;
        if (isExhausted() || lostBlocks.contains(block)) {
            return null;
        }
        try {
            return Reads.at(volume, block * superblock.blockBytes(), superblock.blockBytes(), "ext map of blocks");
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            lost++;
            if (lostBlocks.size() < MAX_REMEMBERED) {
                lostBlocks.add(block);
            }
            return null;
        }
    }

    private boolean isValid(long block, long count) {
        return block >= superblock.firstDataBlock() && block <= superblock.blockCount() - count;
    }

    private static long u32(ByteBuffer bytes, int offset) {
        return bytes.getInt(offset) & 0xFFFF_FFFFL;
    }
}
