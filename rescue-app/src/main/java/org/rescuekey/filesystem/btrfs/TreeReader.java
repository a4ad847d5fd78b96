package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Reads tree blocks by their logical addresses, from the first of their copies that is whole. It notes which it read,
 * and stops when that is more than any sound file system would need. For one thread.
 */
final class TreeReader {
    private static final int LIMIT_NOTED = 1 << 20;
    private static final long FIRST_BLOCKS = 1024;

    private final BlockDevice volume;
    private final BtrfsSuperblock superblock;
    private final ChunkMap chunks;
    private long blocksLeft;
    private long[] noted = new long[64];
    private int notedCount;

    TreeReader(BlockDevice volume, BtrfsSuperblock superblock, ChunkMap chunks) {
        this.volume = volume;
        this.superblock = superblock;
        this.chunks = chunks;
        this.blocksLeft = FIRST_BLOCKS + 4 * (volume.sizeBytes() / superblock.nodeBytes());
    }

    TreeBlock read(TreeRoot place) throws RescueException {
        int length = superblock.nodeBytes();
        Chunk chunk = chunks.find(place.address(), length);
        if (!chunk.holdsMetadata() || !chunk.isWholeOnDevice()) {
            throw new MalformedDataException(
                    "Btrfs tree block", place.address(), "one on this device", "a chunk without whole copies here");
        }
        RescueException failure = null;
        for (int i = 0; i < chunk.placeCount(); i++) {
            try {
                TreeBlock block = copy(chunk.place(i) + (place.address() - chunk.start()), place);
                note(place.address());
                return block;
            } catch (MalformedDataException | DeviceException e) {
                failure = worse(failure, e);
            }
        }
        throw Objects.requireNonNull(failure, "a chunk is in at least one place");
    }

    /** Checks that all copies of every block that was read are in the map that was made from them. */
    void checkIsUsed(ExtentSet used) throws RescueException {
        for (int i = 0; i < notedCount; i++) {
            Chunk chunk = chunks.find(noted[i], superblock.nodeBytes());
            for (int place = 0; place < chunk.placeCount(); place++) {
                long start = chunk.place(place) + (noted[i] - chunk.start());
                if (!used.contains(new Extent(start, superblock.nodeBytes()))) {
                    throw new MalformedDataException(
                            "Btrfs tree block", noted[i], "no part of the free space", "free space");
                }
            }
        }
    }

    private TreeBlock copy(long offset, TreeRoot place) throws RescueException {
        if (blocksLeft-- <= 0) {
            throw new MalformedDataException(
                    "Btrfs trees", place.address(), "fewer blocks than the device holds", "more");
        }
        ByteBuffer bytes = Reads.at(volume, offset, superblock.nodeBytes(), "Btrfs tree block");
        return TreeBlock.of(bytes, place, superblock);
    }

    private void note(long address) {
        if (notedCount == LIMIT_NOTED) {
            return;
        }
        if (notedCount == noted.length) {
            noted = Arrays.copyOf(noted, 2 * notedCount);
        }
        noted[notedCount++] = address;
    }

    /** An error of the device says more than a damaged copy: with it, nothing is known of the volume. */
    private static RescueException worse(@Nullable RescueException one, RescueException other) {
        return one instanceof DeviceException ? one : other;
    }
}
