package org.rescuekey.filesystem.btrfs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rescuekey.error.MalformedDataException;

/**
 * The part of a chunk that lies at one place of this device.
 *
 * @param start the offset on the device
 */
record DeviceExtent(long start, Chunk chunk) {
    long end() {
        return start + chunk.placeBytes();
    }

    /** All of them by their offsets; none overlaps another or ends behind the file system's part of the device. */
    static List<DeviceExtent> allOf(ChunkMap chunks, BtrfsSuperblock superblock) throws MalformedDataException {
        List<DeviceExtent> all = new ArrayList<>();
        for (Chunk chunk : chunks.all()) {
            for (int i = 0; i < chunk.placeCount(); i++) {
                all.add(new DeviceExtent(chunk.place(i), chunk));
                if (all.size() > ChunkMap.LIMIT_CHUNKS) {
                    throw new MalformedDataException(
                            "Btrfs chunks", chunk.start(), "at most " + ChunkMap.LIMIT_CHUNKS + " parts", "more");
                }
            }
        }
        all.sort(Comparator.comparingLong(DeviceExtent::start));
        long end = 0;
        for (DeviceExtent extent : all) {
            long length = extent.chunk().placeBytes();
            if (length <= 0
                    || length % superblock.sectorBytes() != 0
                    || extent.start() % superblock.sectorBytes() != 0
                    || extent.start() < end
                    || extent.start() > superblock.deviceBytes() - length) {
                throw new MalformedDataException(
                        "Btrfs chunk",
                        extent.chunk().start(),
                        "whole sectors from " + end + " to below " + superblock.deviceBytes(),
                        length + " bytes from " + extent.start());
            }
            end = extent.end();
        }
        return all;
    }
}
