package org.rescuekey.engine;

import java.nio.ByteBuffer;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockDecoder;
import org.rescuekey.image.container.BlockHasher;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Tells whether a target holds a block of an image, by the hash in the index; the block itself is read from the image only where
 * a part of it is left out. For one thread.
 */
final class BlockMatcher implements AutoCloseable {
    private final ImageReader image;
    private final ExtentSet leaveOut;
    private final BlockHasher hasher;
    private final BlockDecoder decoder;
    private final ImageSlot again;

    /** @param leaveOut extents of the stream that do not count */
    BlockMatcher(ImageReader image, ExtentSet leaveOut) {
        this.image = image;
        this.leaveOut = leaveOut;
        this.hasher = BlockHasher.of(image);
        this.decoder = new BlockDecoder(image);
        this.again = new ImageSlot(image.header().blockSize());
    }

    /**
     * Compares a block.
     *
     * @param found what the target holds, with zeros for what the block does not use
     */
    boolean matches(BlockEntry entry, ByteBuffer found) throws RescueException {
        long start = entry.streamOffsetBytes(image.header().blockSize());
        if (leaveOut.intersects(new Extent(start, entry.plainBytes()))) {
            return matchesInPart(entry, found, start);
        }
        return entry.kind() == BlockKind.DATA
                ? hasher.hash(entry.block(), found).equals(entry.hash())
                : Buffers.isZero(found);
    }

    private boolean matchesInPart(BlockEntry entry, ByteBuffer found, long start) throws RescueException {
        again.entries.clear();
        again.take(entry);
        image.readStored(entry, again.stored.clear());
        decoder.decode(entry, again.storedOf(entry), again.plainOf(entry));
        for (Extent run : again.usedOf(entry).subtract(leaveOut)) {
            ByteBuffer there =
                    found.slice(found.position() + Math.toIntExact(run.start() - start), Math.toIntExact(run.length()));
            if (again.plainAt(run).mismatch(there) >= 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
