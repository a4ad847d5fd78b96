package org.rescuekey.partition;

import java.util.List;
import java.util.Optional;

/**
 * What was found when a disk's partition table was read. An empty table together with findings means that the disk must
 * be handled as a whole: either it has no table, or none that can be believed.
 *
 * @param table the table, if there is one that can be believed
 * @param findings what is worth telling, each a sentence; empty for a flawless table
 * @param needsRepair whether something is wrong with the table on the disk; where there is a table, writing {@link
 *     PartitionTable#forDiskOf it for this disk's size} puts it right
 */
public record TableReading(Optional<PartitionTable> table, List<String> findings, boolean needsRepair) {
    public TableReading {
        findings = List.copyOf(findings);
    }
}
