package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.container.EncodedBlock;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * The memory for a few neighbouring blocks of one stream: their records as stored, and their plain bytes, each block at
 * its place behind the first. Passed along the pipeline; used by one thread at a time.
 */
final class ImageSlot {
    /** Blocks that are read and written at once: with the default block size, one mebibyte. */
    static final int BLOCKS = 4;

    final ByteBuffer stored;
    final ByteBuffer plain;
    final List<BlockEntry> entries = new ArrayList<>();
    private final BlockSize blockSize;

    ImageSlot(BlockSize blockSize) {
        this.blockSize = blockSize;
        this.stored = ByteBuffer.allocateDirect(BLOCKS * EncodedBlock.bufferBytes(blockSize));
        this.plain = Buffers.aligned(BLOCKS * blockSize.bytes());
    }

    /** Enough slots to keep every worker, the reader and the writer busy. */
    static List<ImageSlot> pool(BlockSize blockSize, int workers) {
        List<ImageSlot> slots = new ArrayList<>();
        for (int i = 0; i < 2 * workers + 2; i++) {
            slots.add(new ImageSlot(blockSize));
        }
        return slots;
    }

    /** Takes a block if it is a neighbour of those here, and its record lies behind theirs in the file. */
    boolean take(BlockEntry entry) {
        if (!entries.isEmpty()) {
            BlockEntry first = entries.getFirst();
            BlockEntry last = entries.getLast();
            boolean follows = entry.offsetBytes() == last.endBytes() || entry.offsetBytes() == last.offsetBytes();
            boolean fits = entry.image() == first.image()
                    && entry.stream() == first.stream()
                    && entry.block() - first.block() < BLOCKS
                    && entry.endBytes() - first.offsetBytes() <= stored.capacity();
            if (!follows || !fits) {
                return false;
            }
        }
        entries.add(entry);
        return true;
    }

    /** The plain bytes of a block: a buffer over its place. */
    ByteBuffer plainOf(BlockEntry entry) {
        return plain.slice(placeOf(entry.streamOffsetBytes(blockSize)), entry.plainBytes());
    }

    /** The stored record of a block, once all records of this slot were read from the first one's offset on. */
    ByteBuffer storedOf(BlockEntry entry) {
        int position = Math.toIntExact(entry.offsetBytes() - entries.getFirst().offsetBytes());
        return stored.duplicate().position(position);
    }

    /** The bytes at an extent of the stream that lies inside these blocks. */
    ByteBuffer plainAt(Extent inStream) {
        return plain.slice(placeOf(inStream.start()), Math.toIntExact(inStream.length()));
    }

    /** The used bytes of all blocks here, from the stream's start. */
    ExtentSet used() {
        ExtentSet.Builder used = ExtentSet.builder();
        for (BlockEntry entry : entries) {
            usedOf(entry).forEach(used::add);
        }
        return used.build();
    }

    /** The used bytes of one block, from the stream's start. */
    ExtentSet usedOf(BlockEntry entry) {
        long start = entry.streamOffsetBytes(blockSize);
        return BlockMasks.extents(entry.usedMask(), start, blockSize.bytes(), start + entry.plainBytes());
    }

    private int placeOf(long streamOffsetBytes) {
        return Math.toIntExact(streamOffsetBytes - entries.getFirst().streamOffsetBytes(blockSize));
    }
}
