package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.container.EncodedBlock;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** The memory for one read of a capture and what becomes of it. Handed from thread to thread, used by one at a time. */
final class CaptureSlot {
    /** Blocks that are read at once: with the default block size, one mebibyte. */
    static final int BLOCKS = 4;

    final ByteBuffer plain;
    final List<EncodedBlock> encoded = new ArrayList<>();
    final long[] usedMasks = new long[BLOCKS];
    final long[] unreadableMasks = new long[BLOCKS];
    final @Nullable BlockEntry[] known = new BlockEntry[BLOCKS];
    SourcePasses.Window window = new SourcePasses.Window(0, new Extent(0, 1), false, ExtentSet.empty(), 1);
    int stream;
    long firstBlock;
    long usedBytes;
    /** Of the pass that the window came in, if it is not the first. */
    long passBytes;

    CaptureSlot(BlockSize blockSize) {
        plain = Buffers.aligned(BLOCKS * blockSize.bytes());
        for (int i = 0; i < BLOCKS; i++) {
            encoded.add(new EncodedBlock(blockSize));
        }
    }

    /** The bytes of one of its blocks, from the stream's start. */
    Extent block(int i, int blockBytes) {
        long start = window.extent().start() + (long) i * blockBytes;
        return Extent.between(
                start, Math.min(start + blockBytes, window.extent().end()));
    }
}
