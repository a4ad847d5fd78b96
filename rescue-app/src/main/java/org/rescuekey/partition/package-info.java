/**
 * Partition tables: bytes to values and back, checks, moves to disks of other sizes, and a text form. Level 1 and pure;
 * only {@link org.rescuekey.partition.PartitionTables} reads a device.
 */
@NullMarked
package org.rescuekey.partition;

import org.jspecify.annotations.NullMarked;
