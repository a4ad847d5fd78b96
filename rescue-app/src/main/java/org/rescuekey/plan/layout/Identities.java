package org.rescuekey.plan.layout;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.rescuekey.partition.DiskIdentities;
import org.rescuekey.partition.GptTable;
import org.rescuekey.partition.MbrTable;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionTable;

/** What becomes of the identities of a disk and its partitions. */
public enum Identities {
    /** The old disk leaves this PC: what refers to its partitions finds those of the new one. */
    KEEP,
    /** Both disks stay: the new one gets identities of its own, and what refers to them follows. */
    NEW;

    /** New identities for a table, all of them at once. */
    public static DiskIdentities fresh(PartitionTable table, IdentitySource source) {
        return switch (table) {
            case GptTable gpt -> {
                Map<Integer, UUID> partitions = new TreeMap<>();
                for (Partition partition : gpt.partitions()) {
                    partitions.put(partition.number(), source.guid("partition " + partition.number()));
                }
                yield new DiskIdentities.Gpt(source.guid("disk"), partitions);
            }
            case MbrTable ignored -> new DiskIdentities.Mbr(source.mbrSignature());
        };
    }
}
