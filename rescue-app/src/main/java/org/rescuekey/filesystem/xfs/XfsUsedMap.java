package org.rescuekey.filesystem.xfs;

import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.ExtentSet;

/**
 * Builds the used map from what lies between the free extents of each allocation group. A free extent that would cover
 * a group's headers or the log means that the tree is wrong. For one use, by one thread.
 */
final class XfsUsedMap {
    private final BlockDevice volume;
    private final XfsSuperblock superblock;
    private final UsedRuns used = new UsedRuns();
    private long positionBytes;

    XfsUsedMap(BlockDevice volume, XfsSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
    }

    ExtentSet build() throws RescueException {
        for (int group = 0; group < superblock.groupCount(); group++) {
            XfsGroup header = XfsGroup.read(volume, superblock, group);
            long start = superblock.groupOffsetBytes(group);
            int block = superblock.blockBytes();
            long free = new XfsFreeTree(volume, superblock, header)
                    .visit((first, count) -> free(start, start + first * block, start + (first + count) * block));
            header.checkFreeBlocks(free);
        }
        if (positionBytes < volume.sizeBytes()) {
            used.add(positionBytes, volume.sizeBytes());
        }
        return used.build();
    }

    private void free(long groupStart, long start, long end) throws MalformedDataException {
        long logStart = superblock.logOffsetBytes();
        boolean inHeaders = start < groupStart + (long) XfsSuperblock.HEADER_SECTORS * superblock.sectorBytes();
        boolean inLog = start < logStart + superblock.logBytes() && end > logStart;
        if (inHeaders || inLog) {
            throw new MalformedDataException(
                    "XFS free-space tree", start, "free space beside the headers and the log", "bytes to " + end);
        }
        if (start > positionBytes) {
            used.add(positionBytes, start);
        }
        positionBytes = end;
    }
}
