package org.rescuekey.inventory;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.partition.Partition;

/**
 * A partition of a disk as it was found.
 *
 * @param number its number in the table, from 1
 * @param path the kernel's device of it, such as "/dev/sda1"; empty where there is none, as in a disk file
 * @param partition the table's entry
 * @param volume what was recognised in it
 * @param usedBytes the bytes that its file system uses, where that could be told
 * @param mounts where it is mounted
 * @param holders what else of the running system uses it, in words, such as "dm-0" or "swap"
 */
public record PartitionInfo(
        int number,
        String path,
        Partition partition,
        Optional<VolumeInfo> volume,
        OptionalLong usedBytes,
        List<Mount> mounts,
        List<String> holders) {
    public PartitionInfo {
        mounts = List.copyOf(mounts);
        holders = List.copyOf(holders);
    }

    public PartitionInfo withUsedBytes(OptionalLong measuredBytes) {
        return new PartitionInfo(number, path, partition, volume, measuredBytes, mounts, holders);
    }
}
