package org.rescuekey.platform.linux;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Finds the devices that the running system was started from. The stick's start-up writes the device of its medium to a
 * file, because a system that was copied to memory has nothing mounted from it any more; elsewhere it is whatever lies
 * below "/" and below the live medium's mounts.
 */
final class BootMedium {
    static final String FILE = "/run/rescuekey/boot-device";
    private static final String LIVE_FOLDER = "/run/live";

    private final BlockTree blocks;
    private final Set<String> devices;

    private BootMedium(BlockTree blocks, Set<String> devices) {
        this.blocks = blocks;
        this.devices = Set.copyOf(devices);
    }

    static BootMedium find(SystemTree system, BlockTree blocks, MountTable mounts) {
        Set<String> devices = new LinkedHashSet<>();
        system.text(FILE).flatMap(blocks::nameOf).ifPresent(name -> devices.addAll(blocks.below(name, mounts)));
        for (MountTable.Entry entry : mounts.entries()) {
            String mountPoint = entry.mount().mountPoint();
            if (mountPoint.equals("/") || MountTable.isAbove(LIVE_FOLDER, mountPoint)) {
                blocks.devicesOf(entry).forEach(name -> devices.addAll(blocks.below(name, mounts)));
            }
        }
        return new BootMedium(blocks, devices);
    }

    /** Tells whether a disk holds the running system, or whether a partition does or lies on a disk that does as a whole. */
    boolean includes(String name) {
        if (devices.contains(name)) {
            return true;
        }
        return blocks.diskOf(name)
                .filter(devices::contains)
                .filter(disk -> blocks.partitions(disk).stream().noneMatch(devices::contains))
                .isPresent();
    }
}
