package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ext.GroupDescriptors.Group;
import org.rescuekey.filesystem.runs.Allocation;
import org.rescuekey.filesystem.runs.BitRuns;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.ExtentSet;

/**
 * Builds the used map. The bitmaps are read group by group, those that stand side by side in one read. The metadata of
 * every group is added on its own, wherever flex_bg or meta_bg put it: a group whose bitmap was never written has
 * nothing else in it, and adding it for the other groups costs nothing. For one use, by one thread.
 */
final class ExtUsedMap {
    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final int checksumSeed;
    private final UsedRuns allocated = new UsedRuns();
    // Three kinds of metadata, each in ascending order as a rule, so that each set stays small and sorted by itself.
    private final ExtentSet.Builder blockBitmaps = ExtentSet.builder();
    private final ExtentSet.Builder inodeBitmaps = ExtentSet.builder();
    private final ExtentSet.Builder inodeTables = ExtentSet.builder();
    private final ExtentSet.Builder superblocks = ExtentSet.builder();

    private long firstInodeTable;
    /** Groups whose bitmaps stand side by side. */
    private final List<Group> pending = new ArrayList<>();

    private long usedClusters;

    ExtUsedMap(BlockDevice volume, ExtSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
        this.checksumSeed = superblock.checksumSeed();
    }

    Allocation build() throws RescueException {
        new GroupDescriptors(volume, superblock).visit(this::group);
        readPending();
        int block = superblock.blockBytes();
        superblocks.add(0, Math.max(ExtSuperblock.OFFSET_BYTES + ExtSuperblock.SIZE_BYTES, block));
        superblocks.add(superblock.sizeBytes(), volume.sizeBytes());
        ExtentSet metadata = UsedRuns.union(superblocks.build(), blockBitmaps.build());
        metadata = UsedRuns.union(metadata, inodeBitmaps.build());
        metadata = UsedRuns.union(metadata, inodeTables.build());
        ExtBadBlocks badBlocks = new ExtBadBlocks(volume, superblock);
        badBlocks.read(firstInodeTable);
        ExtentSet needed = badBlocks.bad().isEmpty() ? metadata : UsedRuns.union(metadata, badBlocks.lists());
        return Allocation.of(UsedRuns.union(allocated.build(), metadata), badBlocks.bad(), needed);
    }

    private void group(Group group) throws RescueException {
        addBlocks(blockBitmaps, group.blockBitmap(), 1);
        addBlocks(inodeBitmaps, group.inodeBitmap(), 1);
        if (group.number() == 0) {
            firstInodeTable = group.inodeTable();
        }
        addBlocks(inodeTables, group.inodeTable(), superblock.inodeTableBlocks());
        addSuperblockAndDescriptors(group.number());
        if (group.blocksUninitialised()) {
            return;
        }
        boolean adjacent = !pending.isEmpty()
                && pending.size() < Math.max(1, BitRuns.WINDOW_BYTES / superblock.blockBytes())
                && group.number() == pending.getLast().number() + 1
                && group.blockBitmap() == pending.getLast().blockBitmap() + 1;
        if (!adjacent) {
            readPending();
        }
        pending.add(group);
    }

    private void readPending() throws RescueException {
        if (pending.isEmpty()) {
            return;
        }
        int block = superblock.blockBytes();
        long offset = pending.getFirst().blockBitmap() * block;
        ByteBuffer bitmaps = Reads.at(volume, offset, (long) pending.size() * block, "ext block bitmaps");
        for (int i = 0; i < pending.size(); i++) {
            int bitmapBytes = (int) (superblock.clustersPerGroup() / 8);
            ByteBuffer bitmap = bitmaps.slice(i * block, bitmapBytes);
            long where = offset + (long) i * block;
            checkBitmap(bitmap, pending.get(i).bitmapChecksum(), where);
            addBitmap(pending.get(i), bitmap, where);
        }
        pending.clear();
    }

    /** A bitmap that calls more or less free than its group says is behind the other, and which of them is not known. */
    private void addBitmap(Group group, ByteBuffer bitmap, long where) throws MalformedDataException {
        long firstBlock = superblock.groupFirstBlock(group.number());
        long blocks = Math.min(superblock.blocksPerGroup(), superblock.blockCount() - firstBlock);
        long clusters = (blocks + superblock.clusterBlocks() - 1) / superblock.clusterBlocks();
        long start = firstBlock * superblock.blockBytes();
        long cluster = superblock.clusterBytes();
        long limit = volume.sizeBytes();
        usedClusters = 0;
        BitRuns.scan(bitmap, clusters, (first, end) -> {
            allocated.add(start + first * cluster, Math.min(limit, start + end * cluster));
            usedClusters += end - first;
        });
        if (clusters - usedClusters != group.freeClusters()) {
            throw new MalformedDataException(
                    "ext block bitmap of group " + group.number(),
                    where,
                    group.freeClusters() + " free clusters",
                    Long.toString(clusters - usedClusters));
        }
    }

    private void checkBitmap(ByteBuffer bitmap, int expected, long offset) throws MalformedDataException {
        if (!superblock.hasRoCompat(ExtFeature.RO_COMPAT_METADATA_CSUM)) {
            return;
        }
        int checksum = ExtChecksum.crc32c(checksumSeed, bitmap);
        int actual = superblock.descriptorBytes() >= 64 ? checksum : checksum & 0xFFFF;
        if (actual != expected) {
            throw new MalformedDataException(
                    "ext block bitmap",
                    offset,
                    "the checksum " + Integer.toHexString(expected),
                    Integer.toHexString(actual));
        }
    }

    /** The copies of the superblock and of the descriptors that stand at the start of a group. */
    private void addSuperblockAndDescriptors(int group) {
        long block = superblock.groupFirstBlock(group);
        long count = GroupDescriptors.headBlocks(superblock, group, true);
        if (count > 0) {
            addBlocks(superblocks, block, count);
        }
    }

    /** Adds the clusters that hold some blocks: in an uninitialised group no file has a part of these. */
    private void addBlocks(ExtentSet.Builder builder, long block, long count) {
        long origin = superblock.firstDataBlock();
        long mask = -(long) superblock.clusterBlocks();
        long first = origin + (block - origin & mask);
        long end = origin + (block - origin + count + superblock.clusterBlocks() - 1 & mask);
        builder.add(first * superblock.blockBytes(), Math.min(volume.sizeBytes(), end * superblock.blockBytes()));
    }
}
