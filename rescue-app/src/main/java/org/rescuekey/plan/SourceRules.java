package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Mount;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.plan.PlanResult.Refused;

/** When a source may be read: nothing of what is captured may change meanwhile. Pure. */
public final class SourceRules {
    private SourceRules() {}

    /**
     * In words, what could change a source while it is read; empty if nothing can. A volume that is mounted
     * read-only is no obstacle; a read-only mount of one that is not, such as a read-only bind mount, is.
     *
     * @param partitions the partitions that are captured
     */
    public static String whatCouldChange(DiskInfo disk, Collection<Integer> partitions) {
        List<String> uses = new ArrayList<>(uses("the disk", disk.mounts(), disk.holders()));
        for (PartitionInfo partition : disk.partitions()) {
            if (partitions.contains(partition.number())) {
                uses.addAll(uses("partition " + partition.number(), partition.mounts(), partition.holders()));
            }
        }
        return String.join("; ", uses);
    }

    /**
     * Why a disk cannot be copied now, and what to do; empty if it can. Front ends show it beside the disk.
     *
     * @param partitions the partitions that are copied
     */
    public static Optional<Refused> unusable(DiskInfo disk, Collection<Integer> partitions) {
        String busy = whatCouldChange(disk, partitions);
        return busy.isEmpty()
                ? Optional.empty()
                : Optional.of(new Refused(
                        "The source " + disk.path() + " can change while it is read: " + busy + ".",
                        "Unmount it, or start this machine from the stick and clone it there."));
    }

    private static List<String> uses(String what, List<Mount> mounts, List<String> holders) {
        List<String> uses = new ArrayList<>();
        for (Mount mount : mounts) {
            if (!mount.volumeReadOnly()) {
                uses.add(what + " is mounted at " + mount.mountPoint()
                        + (mount.readOnly() ? ", where it is read-only, but the volume is not" : ""));
            }
        }
        holders.forEach(holder -> uses.add(what + " is in use (" + holder + ")"));
        return uses;
    }
}
