package org.rescuekey.plan.layout;

import java.util.OptionalLong;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.units.Extent;

/**
 * A partition among those that are laid out, in the order in which they lie on the disk.
 *
 * @param partition its entry
 * @param need what is known of its content
 * @param link where its link sector stands, if it is a logical partition
 * @param isKept its role says that it keeps its size
 * @param lowBytes the smallest size that it may get: whole MiB, or what it has
 * @param highBytes the largest
 */
record Row(Partition partition, PartitionNeed need, OptionalLong link, boolean isKept, long lowBytes, long highBytes) {
    /** Where partitions start and, where they get a new size, end. */
    static final long GRID_BYTES = 1L << 20;

    static Row of(PartitionTable table, Partition partition, PartitionNeed need, OptionalLong link) {
        long size = partition.extent().length();
        boolean isKept = DiskRoles.keepsItsSize(table, partition);
        boolean shrinks = need.canShrink() && !isKept;
        boolean grows = need.canGrow() && !isKept;
        long low = shrinks ? Math.min(size, up(Math.max(1, need.minimumBytes()))) : size;
        long high = grows ? Math.max(size, down(need.maximumBytes())) : size;
        return new Row(partition, need, link, isKept, low, high);
    }

    Extent old() {
        return partition.extent();
    }

    int number() {
        return partition.number();
    }

    boolean isLogical() {
        return partition.kind() == PartitionKind.LOGICAL;
    }

    /** Where it begins, its link sector included. */
    long oldFrom() {
        return link.orElse(old().start());
    }

    static long up(long bytes) {
        return bytes > Long.MAX_VALUE - GRID_BYTES ? down(Long.MAX_VALUE) : down(bytes + GRID_BYTES - 1);
    }

    static long down(long bytes) {
        return bytes & -GRID_BYTES;
    }
}
