package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.ExtentSet;

/**
 * Builds the used map, from the device's start to its end: for each part of a chunk it asks what the chunk's block group
 * uses, so that nothing but the result is kept. Chunks that are divided over devices are used as a whole. What is in no
 * chunk is free, but for the first MiB, the superblocks, and what lies behind the file system. For one use, by one thread.
 */
final class BtrfsUsedMap {
    private static final long RESERVED_BYTES = 1 << 20;
    private static final long[] SUPERBLOCK_COPIES = {64L << 20, 256L << 30};
    private static final int BLOCK_GROUP_BYTES = 24;

    private final BlockDevice volume;
    private final BtrfsSuperblock superblock;
    private final TreeCursor blockGroups;
    private final FreeSpace freeSpace;
    private final UsedRuns runs = new UsedRuns();

    BtrfsUsedMap(BlockDevice volume, BtrfsSuperblock superblock, TreeCursor blockGroups, FreeSpace freeSpace) {
        this.volume = volume;
        this.superblock = superblock;
        this.blockGroups = blockGroups;
        this.freeSpace = freeSpace;
    }

    ExtentSet build(List<DeviceExtent> extents) throws RescueException {
        for (DeviceExtent extent : extents) {
            if (extent.chunk().isWholeOnDevice()) {
                addPart(extent);
            } else {
                runs.add(extent.start(), extent.end());
            }
        }
        return UsedRuns.union(runs.build(), outsideOfChunks());
    }

    private void addPart(DeviceExtent extent) throws RescueException {
        Chunk chunk = extent.chunk();
        long shift = extent.start() - chunk.start();
        long stated = statedUse(chunk);
        long found = freeSpace.used(chunk.start(), chunk.end(), (start, end) -> runs.add(start + shift, end + shift));
        if (found != stated) {
            throw new MalformedDataException(
                    "Btrfs block group", chunk.start(), stated + " bytes in use", found + " bytes");
        }
    }

    /** How much of a chunk is in use, as its block group says. */
    private long statedUse(Chunk chunk) throws RescueException {
        Key key = new Key(chunk.start(), Key.BLOCK_GROUP_ITEM, chunk.length());
        if (!blockGroups.seek(key) || !blockGroups.key().equals(key)) {
            throw new MalformedDataException("Btrfs block group", chunk.start(), "one for the chunk", "none");
        }
        ByteBuffer item = blockGroups.item();
        if (item.limit() != BLOCK_GROUP_BYTES || item.getLong(16) != chunk.type()) {
            throw new MalformedDataException(
                    "Btrfs block group", chunk.start(), "the type of its chunk", item.limit() + " bytes of another");
        }
        return item.getLong(0);
    }

    private ExtentSet outsideOfChunks() {
        long size = volume.sizeBytes();
        ExtentSet.Builder builder = ExtentSet.builder();
        builder.add(0, Math.min(size, RESERVED_BYTES));
        for (long offset : SUPERBLOCK_COPIES) {
            if (offset < size) {
                builder.add(offset, Math.min(size, offset + BtrfsSuperblock.SIZE_BYTES));
            }
        }
        if (superblock.deviceBytes() < size) {
            builder.add(superblock.deviceBytes(), size);
        }
        return builder.build();
    }
}
