package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.RunList.Run;

/**
 * The index of the names in a directory. Its blocks are read one after another instead of by its order, which takes no
 * table of upper case letters and finds names in a damaged index too. Not for several threads.
 */
final class DirectoryIndex {
    private static final String NAME = "$I30";
    private static final int ROOT_HEADER_BYTES = 0x10;
    private static final int BLOCK_HEADER_BYTES = 0x18;
    private static final int NODE_HEADER_BYTES = 0x10;
    private static final int ENTRY_HEADER_BYTES = 0x10;
    private static final int LAST_ENTRY = 0x2;
    private static final int MIN_BLOCK_BYTES = 512;
    private static final int WINDOW_BYTES = 256 << 10;
    private static final long MAX_INDEX_BYTES = 1L << 30;
    private static final int MAX_BITMAP_BYTES = 1 << 20;

    private final String what;
    private final ByteBuffer root;
    private final Optional<Content> blocks;
    private final Optional<Content> bitmap;
    private final int blockBytes;

    private DirectoryIndex(
            String what, ByteBuffer root, Optional<Content> blocks, Optional<Content> bitmap, int blockBytes) {
        this.what = what;
        this.root = root;
        this.blocks = blocks;
        this.bitmap = bitmap;
        this.blockBytes = blockBytes;
    }

    /** One name in a directory, and the record that it refers to. */
    record Entry(long reference, FileName name) {}

    /** Takes the names in no order. */
    @FunctionalInterface
    interface Sink {
        void entry(Entry entry) throws RescueException;
    }

    static DirectoryIndex open(Mft mft, FileRecord directory) throws RescueException {
        String what = "directory in NTFS record " + directory.number();
        List<Attribute> attributes = mft.attributes(directory);
        Optional<Content> top = mft.content(attributes, Attribute.INDEX_ROOT, NAME, what);
        if (top.isEmpty() || !top.get().isResident() || top.get().sizeBytes() < ROOT_HEADER_BYTES + NODE_HEADER_BYTES) {
            throw new MalformedDataException(what, 0, "an index", "none");
        }
        ByteBuffer root = top.get().read(0, (int) top.get().sizeBytes());
        int blockBytes = root.getInt(8);
        if (blockBytes < MIN_BLOCK_BYTES
                || blockBytes > FileRecord.MAX_RECORD_BYTES
                || Integer.bitCount(blockBytes) != 1) {
            throw new MalformedDataException(what, 8, "blocks of 512 to 65,536 bytes", Integer.toString(blockBytes));
        }
        Optional<Content> blocks = mft.content(attributes, Attribute.INDEX_ALLOCATION, NAME, what);
        if (blocks.isPresent()) {
            long most = Math.min(MAX_INDEX_BYTES, mft.volumeBytes());
            if (blocks.get().sizeBytes() > most || blocks.get().runs().stream().anyMatch(Run::isSparse)) {
                throw new MalformedDataException(
                        what,
                        0,
                        "an index of at most " + most + " bytes",
                        "" + blocks.get().sizeBytes());
            }
        }
        Optional<Content> bitmap = mft.content(attributes, Attribute.BITMAP, NAME, what);
        return new DirectoryIndex(what, root, blocks, bitmap, blockBytes);
    }

    /**
     * Finds every entry that may be one: also in blocks that are not in use, where entries may be out of date.
     *
     * @throws MalformedDataException if a block that was written as a whole holds no proper entries
     */
    void forEachInAnyBlock(Sink sink) throws RescueException {
        deliver(entries(root, ROOT_HEADER_BYTES), sink);
        for (long number = 0; number < blockCount(); number++) {
            ByteBuffer block = blocks.orElseThrow().read(number * blockBytes, blockBytes);
            if (isIntact(block, number)) {
                deliver(entries(block, BLOCK_HEADER_BYTES), sink);
            }
        }
    }

    /**
     * Finds the entries in the blocks that are in use.
     *
     * @return how many of these blocks are damaged
     */
    long forEach(Sink sink) throws RescueException {
        deliver(entries(root, ROOT_HEADER_BYTES), sink);
        if (blockCount() == 0) {
            return 0;
        }
        ByteBuffer inUse = blocksInUse();
        int perWindow = Math.max(1, WINDOW_BYTES / blockBytes);
        long damaged = 0;
        for (long first = 0; first < blockCount(); first += perWindow) {
            int count = (int) Math.min(perWindow, blockCount() - first);
            if (anyInUse(inUse, first, count)) {
                ByteBuffer window = blocks.orElseThrow().read(first * blockBytes, count * blockBytes);
                for (int i = 0; i < count; i++) {
                    if (anyInUse(inUse, first + i, 1)) {
                        ByteBuffer block =
                                window.slice(i * blockBytes, blockBytes).order(ByteOrder.LITTLE_ENDIAN);
                        damaged += deliverBlock(block, first + i, sink) ? 0 : 1;
                    }
                }
            }
        }
        return damaged;
    }

    /** The bitmap of the blocks in use; without one that makes sense, no list of the directory does. */
    private ByteBuffer blocksInUse() throws RescueException {
        long bytes = (blockCount() + 7) / 8;
        if (bitmap.isEmpty() || bitmap.get().sizeBytes() < bytes || bytes > MAX_BITMAP_BYTES) {
            throw new MalformedDataException(what, 0, "a bitmap of " + blockCount() + " blocks", "none");
        }
        return bitmap.get().read(0, (int) bytes);
    }

    private static boolean anyInUse(ByteBuffer inUse, long first, int count) {
        for (long number = first; number < first + count; number++) {
            if ((inUse.get((int) (number / 8)) & 1 << (number % 8)) != 0) {
                return true;
            }
        }
        return false;
    }

    private long blockCount() {
        return blocks.map(content -> content.sizeBytes() / blockBytes).orElse(0L);
    }

    private boolean deliverBlock(ByteBuffer block, long number, Sink sink) throws RescueException {
        List<Entry> entries;
        try {
            if (!isIntact(block, number)) {
                return false;
            }
            entries = entries(block, BLOCK_HEADER_BYTES);
        } catch (MalformedDataException e) {
            return false;
        }
        deliver(entries, sink);
        return true;
    }

    private static void deliver(List<Entry> entries, Sink sink) throws RescueException {
        for (Entry entry : entries) {
            sink.entry(entry);
        }
    }

    /** A block that is not in use may hold anything. */
    private boolean isIntact(ByteBuffer block, long number) {
        try {
            Fixups.undo(block, Fixups.INDX_MAGIC, what, blocks.orElseThrow().volumeOffset(number * blockBytes));
            return true;
        } catch (MalformedDataException e) {
            return false;
        }
    }

    private List<Entry> entries(ByteBuffer node, int header) throws MalformedDataException {
        check(header + NODE_HEADER_BYTES <= node.limit(), header);
        List<Entry> entries = new ArrayList<>();
        long position = header + (node.getInt(header) & 0xFFFF_FFFFL);
        long end = Math.min(node.limit(), header + (node.getInt(header + 4) & 0xFFFF_FFFFL));
        while (position + ENTRY_HEADER_BYTES <= end) {
            int start = (int) position;
            int length = node.getShort(start + 8) & 0xFFFF;
            if ((node.getShort(start + 0xC) & LAST_ENTRY) != 0) {
                break;
            }
            check(length >= ENTRY_HEADER_BYTES && position + length <= end, start);
            int keyBytes = node.getShort(start + 0xA) & 0xFFFF;
            check(keyBytes <= length - ENTRY_HEADER_BYTES, start);
            FileName name = FileName.parse(node.slice(start + ENTRY_HEADER_BYTES, keyBytes), start);
            entries.add(new Entry(node.getLong(start), name));
            position += length;
        }
        return entries;
    }

    private void check(boolean valid, int at) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException(what, at, "an entry", "a bad length");
        }
    }
}
