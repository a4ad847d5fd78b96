package org.rescuekey.image.container;

import java.util.HashMap;
import java.util.Map;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.units.Extent;

/** Which blocks the streams of an image can have, and where they lie on the disk. Immutable. */
final class StreamBounds {
    private final Map<Integer, Extent> onDisk = new HashMap<>();
    private final BlockSize blockSize;

    StreamBounds(ImageDescription description, BlockSize blockSize) {
        this.blockSize = blockSize;
        description.streams().forEach(stream -> onDisk.put(stream.id(), stream.onDisk()));
    }

    /** Tells whether a block lies inside its stream and has the length that it must have there. */
    boolean contains(int stream, long block, int plainBytes) {
        Extent extent = onDisk.get(stream);
        return extent != null
                && block >= 0
                && block < blockSize.blocksIn(extent.length())
                && plainBytes == blockSize.lengthBytes(block, extent.length());
    }

    /** Checks a block that a caller made. */
    void check(BlockEntry entry) {
        if (!contains(entry.stream(), entry.block(), entry.plainBytes())) {
            throw new IllegalArgumentException("block " + entry.block() + " of " + entry.plainBytes()
                    + " bytes does not lie in stream " + entry.stream());
        }
    }

    /** Where blocks that lie inside their stream are on the disk. */
    Extent onDisk(int stream, long firstBlock, long lastBlock) {
        Extent extent = onDisk.get(stream);
        if (extent == null) {
            throw new IllegalArgumentException("no stream " + stream);
        }
        long start = blockSize.offsetBytes(firstBlock);
        long end = Math.min(extent.length(), blockSize.offsetBytes(lastBlock + 1));
        return Extent.between(extent.start() + start, extent.start() + end);
    }
}
