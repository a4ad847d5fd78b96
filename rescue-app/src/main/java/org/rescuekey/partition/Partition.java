package org.rescuekey.partition;

import org.rescuekey.units.Extent;
import org.rescuekey.units.PlainText;

/**
 * One entry of a partition table. Immutable.
 *
 * @param number the number that Linux gives it: the slot from 1; logical partitions count from 5
 * @param extent where it lies on its disk, in bytes
 * @param kind what sort of entry it is
 * @param typeId the type as the table says it: a GUID in capitals, or for MBR two hex digits such as "0x07"
 * @param typeName the type in words, such as "EFI system"; "unknown" where the type is not known
 * @param identity what tells it from all others: its unique GUID, or for MBR "SIGNATURE-STARTSECTOR"
 * @param name the label in a GPT entry; empty for MBR
 * @param attributes the attribute bits of a GPT entry; 0 for MBR
 * @param bootable the active flag of MBR, or the "legacy BIOS bootable" bit of GPT
 */
public record Partition(
        int number,
        Extent extent,
        PartitionKind kind,
        String typeId,
        String typeName,
        String identity,
        String name,
        long attributes,
        boolean bootable) {
    /** The name is for people; the table keeps its own bytes of it. */
    public Partition {
        name = PlainText.of(name);
    }
}
