package org.rescuekey.platform.linux;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.inventory.Mount;

/** What the running system does with its block devices: mounts, swap, and devices that are built on others. */
final class BlockUse {
    private final SystemTree system;
    private final BlockTree blocks;
    private final MountTable mounts;

    BlockUse(SystemTree system, BlockTree blocks, MountTable mounts) {
        this.system = system;
        this.blocks = blocks;
        this.mounts = mounts;
    }

    /** Where a disk or partition itself, not what is built on it, is mounted. */
    List<Mount> mountsOf(String name) {
        return mounts.of(blocks.number(name), BlockTree.pathOf(name), system);
    }

    /** What else uses a disk or partition, each in a word or two that end the phrase "held by". */
    List<String> holdersOf(String name) {
        List<String> holders = new ArrayList<>();
        for (String holder : blocks.holders(name)) {
            holders.add(describe(holder));
        }
        if (isSwap(name)) {
            holders.add("swap");
        }
        for (String fileSystem : system.names("/sys/fs/btrfs")) {
            boolean member =
                    system.names("/sys/fs/btrfs/" + fileSystem + "/devices").contains(name);
            if (member && mountsOf(name).isEmpty()) {
                holders.add("a mounted Btrfs volume");
            }
        }
        return holders;
    }

    /** Tells whether the running system may write to a disk or partition: a volume mounted for writing, or a holder. */
    boolean canChange(String name) {
        return mountsOf(name).stream().anyMatch(mount -> !mount.volumeReadOnly())
                || !holdersOf(name).isEmpty();
    }

    /** The uses of a disk file: the loop devices that show it. */
    List<String> holdersOfFile(String realFilePath) {
        List<String> holders = new ArrayList<>();
        for (String loop : blocks.loopsOf(realFilePath)) {
            holders.add(describe(loop));
        }
        return holders;
    }

    /** The device's name with, where they are known, the name that people gave it and where it is mounted. */
    private String describe(String holder) {
        List<String> details = new ArrayList<>();
        system.text("/sys/block/" + holder + "/dm/name").ifPresent(details::add);
        mountsOf(holder).forEach(mount -> details.add("mounted at " + mount.mountPoint()));
        if (isSwap(holder)) {
            details.add("swap");
        }
        return details.isEmpty() ? holder : holder + " (" + String.join(", ", details) + ")";
    }

    private boolean isSwap(String name) {
        String path = BlockTree.pathOf(name);
        return system.lines("/proc/swaps").stream()
                .map(line -> line.split("\\s", 2)[0])
                .filter(source -> source.startsWith("/dev/"))
                .anyMatch(source -> system.realPath(source).orElse(source).equals(path));
    }
}
