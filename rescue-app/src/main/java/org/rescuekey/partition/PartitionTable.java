package org.rescuekey.partition;

import java.util.List;
import org.rescuekey.error.RefusedException;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * A partition table as a value: checked, immutable, and complete enough to be written byte for byte.
 *
 * <p>Invariants: every partition lies on the disk, partitions do not overlap each other (an extended partition encloses
 * its logical ones) and none overlaps the table itself.
 */
public sealed interface PartitionTable permits GptTable, MbrTable {
    /** "gpt" or "mbr". */
    String kind();

    SectorSize sectorSize();

    /** The size of the disk that this table is for. */
    long diskBytes();

    /** The partitions in the order of their numbers. */
    List<Partition> partitions();

    /** The disk's GUID in capitals, or the MBR's disk signature as 8 hex digits. */
    String diskIdentity();

    /** Where the table itself lives: MBR, GPT headers and arrays, the link sectors of logical partitions. */
    ExtentSet tableExtents();

    /**
     * The same table for a disk of another size and the same sector size: no partition moves; the backup GPT goes to the
     * end, the usable range and the protective MBR follow.
     *
     * @throws RefusedException with the exact shortfall if a partition or the backup GPT would not fit
     * @throws IllegalArgumentException if the size is not whole sectors
     */
    PartitionTable forDiskOf(long diskBytes) throws RefusedException;

    /**
     * The same partitions in other places, on a disk of any size and the same sector size: types, names, attributes, active
     * flags, identities, numbers and boot code stay. The backup GPT goes to the end; the links of logical partitions are made
     * anew.
     *
     * @throws IllegalArgumentException if these are no places for a table of that disk; a planner sees to it that they are
     */
    PartitionTable placed(long diskBytes, Places places);

    /**
     * The same table under other identities.
     *
     * @throws IllegalArgumentException if they are for the other kind of table
     */
    PartitionTable withIdentities(DiskIdentities fresh);

    /** Where the first partition may start at the earliest. */
    long firstUsableBytes();

    /** What the table itself takes behind the last partition. */
    long bytesBehindPartitions();

    /**
     * What must be written, in an order that is safe: the backup before the primary, and sector 0, with the boot code
     * that this table was read with, last.
     */
    List<TableWrite> writes();

    /** The text form, which a person can read and {@link PartitionTables#parseText} reads back. */
    String toText();
}
