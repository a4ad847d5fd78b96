package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.FileContent;
import org.rescuekey.filesystem.files.FileRun;

/**
 * Where the blocks of one inode stand, in the order of its content: from its tree of extents, or its list of blocks with up to three
 * levels of blocks in between. Holes, and what has a place but was never written, are left out. Damage is an error. For one inode.
 */
final class ExtFileMap {
    private static final int DIRECT = 12;
    private static final int LEVELS = 3;
    private static final int EXTENT_MAGIC = 0xF30A;
    private static final int MAX_DEPTH = 5;
    private static final int ENTRY_BYTES = 12;
    private static final int MAX_WRITTEN = 32_768;
    /** More blocks of a map than this has no file that is in a reasonable number of runs. */
    private static final int MAX_NODES = 1 << 16;

    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final String what;
    private final long sizeBytes;
    private final List<FileRun> runs = new ArrayList<>();
    private int nodes;

    /**
     * A block of a map that is still to be read.
     *
     * @param level how many levels are below it
     * @param first the number in the content of the first block that it may map
     */
    private record Pending(long block, int level, long first) {}

    private ExtFileMap(BlockDevice volume, ExtSuperblock superblock, ExtInode inode, String what) {
        this.volume = volume;
        this.superblock = superblock;
        this.what = what;
        this.sizeBytes = inode.sizeBytes();
    }

    /** The runs of an inode that has a map, up to its size. */
    static List<FileRun> runs(BlockDevice volume, ExtSuperblock superblock, ExtInode inode, String what)
            throws RescueException {
        ExtFileMap map = new ExtFileMap(volume, superblock, inode, what);
        if (inode.sizeBytes() < 0) {
            throw map.malformed("a size", Long.toString(inode.sizeBytes()));
        }
        if (inode.hasExtents()) {
            map.extents(inode.map());
        } else {
            map.lists(inode.map());
        }
        return map.runs;
    }

    private void extents(ByteBuffer root) throws RescueException {
        Deque<Pending> pending = new ArrayDeque<>();
        node(root, -1, pending);
        while (!pending.isEmpty()) {
            Pending next = pending.removeFirst();
            node(read(next.block()), next.level(), pending);
        }
    }

    private void node(ByteBuffer bytes, int level, Deque<Pending> pending) throws MalformedDataException {
        int entries = bytes.getShort(2) & 0xFFFF;
        int depth = bytes.getShort(6) & 0xFFFF;
        boolean isSound = (bytes.getShort(0) & 0xFFFF) == EXTENT_MAGIC
                && entries <= bytes.limit() / ENTRY_BYTES - 1
                && (level < 0 ? depth <= MAX_DEPTH : depth == level);
        if (!isSound) {
            throw malformed("a node of its tree of extents", "none");
        }
        if (depth > 0) {
            for (int i = entries; i >= 1; i--) {
                int at = i * ENTRY_BYTES;
                long block = u32(bytes, at + 4) | (bytes.getShort(at + 8) & 0xFFFFL) << 32;
                pending.addFirst(new Pending(block, depth - 1, 0));
            }
            return;
        }
        for (int i = 1; i <= entries; i++) {
            int at = i * ENTRY_BYTES;
            int length = bytes.getShort(at + 4) & 0xFFFF;
            // Longer ones were given their place, but never written to.
            if (length <= MAX_WRITTEN) {
                add(u32(bytes, at), u32(bytes, at + 8) | (bytes.getShort(at + 6) & 0xFFFFL) << 32, length);
            }
        }
    }

    private void lists(ByteBuffer map) throws RescueException {
        long perBlock = superblock.blockBytes() / Integer.BYTES;
        long first = 0;
        for (; first < DIRECT; first++) {
            addListed(first, u32(map, (int) first * Integer.BYTES));
        }
        Deque<Pending> pending = new ArrayDeque<>();
        long span = perBlock;
        for (int level = 1; level <= LEVELS; level++) {
            long block = u32(map, (DIRECT + level - 1) * Integer.BYTES);
            if (block != 0) {
                pending.addLast(new Pending(block, level, first));
            }
            first += span;
            span *= perBlock;
        }
        while (!pending.isEmpty()) {
            Pending next = pending.removeFirst();
            if (next.first() * superblock.blockBytes() < sizeBytes) {
                list(next, read(next.block()), pending);
            }
        }
    }

    private void list(Pending list, ByteBuffer bytes, Deque<Pending> pending) throws MalformedDataException {
        int count = bytes.limit() / Integer.BYTES;
        if (list.level() == 1) {
            for (int i = 0; i < count; i++) {
                addListed(list.first() + i, u32(bytes, i * Integer.BYTES));
            }
            return;
        }
        long span = 1;
        for (int level = 1; level < list.level(); level++) {
            span *= count;
        }
        for (int i = count - 1; i >= 0; i--) {
            long block = u32(bytes, i * Integer.BYTES);
            if (block != 0) {
                pending.addFirst(new Pending(block, list.level() - 1, list.first() + i * span));
            }
        }
    }

    private void addListed(long inFile, long block) throws MalformedDataException {
        if (block != 0) {
            add(inFile, block, 1);
        }
    }

    /** Adds blocks, as far as they are inside the size. */
    private void add(long inFile, long block, int count) throws MalformedDataException {
        if (count == 0 || block < superblock.firstDataBlock() || block > superblock.blockCount() - count) {
            throw malformed("blocks below " + superblock.blockCount(), count + " from " + block);
        }
        long offset = inFile * superblock.blockBytes();
        long length = Math.min((long) count * superblock.blockBytes(), sizeBytes - offset);
        if (length > 0) {
            FileRun last = runs.isEmpty() ? null : runs.getLast();
            FileRun run = new FileRun(offset, block * superblock.blockBytes(), length);
            if (last != null && last.isFollowedBy(run)) {
                runs.add(runs.removeLast().with(run));
            } else {
                runs.add(run);
            }
            if (runs.size() > FileContent.MAX_RUNS) {
                throw malformed("at most " + FileContent.MAX_RUNS + " runs", "more");
            }
        }
    }

    private ByteBuffer read(long block) throws RescueException {
        if (block < superblock.firstDataBlock() || block >= superblock.blockCount() || ++nodes > MAX_NODES) {
            throw malformed("blocks of a map, below " + superblock.blockCount(), Long.toString(block));
        }
        return Reads.at(volume, block * superblock.blockBytes(), superblock.blockBytes(), what);
    }

    private MalformedDataException malformed(String expected, String actual) {
        return new MalformedDataException(what, 0, expected, actual);
    }

    private static long u32(ByteBuffer bytes, int offset) {
        return bytes.getInt(offset) & 0xFFFF_FFFFL;
    }
}
