package org.rescuekey.plan;

import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * What of a disk belongs to an image although it lies in no partition: the table, boot code, boot loaders in the gap
 * before the first partition, and every other gap that is small. Large gaps are unpartitioned space: only their first
 * part is kept, where a boot loader could lie. Pure.
 */
public final class OutsideExtents {
    /** A gap up to this size is kept whole; of a larger one this much is kept. */
    public static final long GAP_BYTES = 16 * ByteCount.MIB;

    private OutsideExtents() {}

    /** Bytes from the disk's start; a disk without partitions is kept whole by its own used map, not by this. */
    public static ExtentSet of(PartitionTable table, boolean exact) {
        Extent disk = new Extent(0, table.diskBytes());
        ExtentSet.Builder inPartitions = ExtentSet.builder();
        for (Partition partition : table.partitions()) {
            if (partition.kind() != PartitionKind.EXTENDED) {
                inPartitions.add(partition.extent());
            }
        }
        ExtentSet gaps = inPartitions.build().complement(disk);
        if (exact) {
            return gaps;
        }
        ExtentSet.Builder kept = ExtentSet.builder();
        for (Extent gap : gaps) {
            kept.add(gap.start(), gap.start() + Math.min(gap.length(), GAP_BYTES));
        }
        return kept.build().union(table.tableExtents()).intersect(gaps);
    }
}
