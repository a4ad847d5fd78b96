package org.rescuekey.platform.linux;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the disks that the running system was started from. The stick's start-up writes the device of its medium to a
 * file, because a system that was copied to memory has nothing mounted from it any more; elsewhere it is whatever lies
 * below "/" and below the live medium's mounts.
 */
final class BootDisks {
    static final String FILE = "/run/rescuekey/boot-device";
    private static final String LIVE_FOLDER = "/run/live";

    private BootDisks() {}

    /** Kernel names of whole disks. */
    static Set<String> find(SystemTree system, BlockTree blocks, MountTable mounts) {
        Set<String> disks = new LinkedHashSet<>();
        Optional<String> told = system.text(FILE);
        told.flatMap(blocks::nameOf).ifPresent(name -> disks.addAll(blocks.disksBelow(name, mounts)));
        for (MountTable.Entry entry : mounts.entries()) {
            String mountPoint = entry.mount().mountPoint();
            if (mountPoint.equals("/") || MountTable.isAbove(LIVE_FOLDER, mountPoint)) {
                blocks.devicesOf(entry).forEach(name -> disks.addAll(blocks.disksBelow(name, mounts)));
            }
        }
        return disks;
    }
}
