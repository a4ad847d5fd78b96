package org.rescuekey.inventory;

import java.util.List;
import java.util.Optional;

/**
 * A snapshot of the machine at one moment.
 *
 * @param model maker and model, empty where the firmware does not say
 * @param firmware "UEFI" or "BIOS"
 * @param secureBoot the firmware enforces signatures
 * @param memoryBytes the memory that the system has
 * @param disks every disk that can be a source or a target
 */
public record Machine(String model, String firmware, boolean secureBoot, long memoryBytes, List<DiskInfo> disks) {
    public Machine {
        disks = List.copyOf(disks);
    }

    /** The disk with a path such as "/dev/sda". */
    public Optional<DiskInfo> disk(String path) {
        return disks.stream().filter(disk -> disk.path().equals(path)).findFirst();
    }

    /** The disk that a path belongs to, which may be the disk's own or one of its partitions'. */
    public Optional<DiskInfo> diskOf(String path) {
        return disks.stream()
                .filter(disk -> disk.path().equals(path)
                        || disk.partitions().stream()
                                .anyMatch(partition -> partition.path().equals(path)))
                .findFirst();
    }
}
