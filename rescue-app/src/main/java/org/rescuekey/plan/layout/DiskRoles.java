package org.rescuekey.plan.layout;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.error.RefusedException;
import org.rescuekey.partition.GptTable;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.gpt.GptTypes;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.units.ByteCount;

/** What the type of a partition says about laying it out. Pure. */
public final class DiskRoles {
    /** These are found by their type and are as large as their makers wanted them. */
    private static final Set<String> KEPT = Set.of(
            Guids.text(GptTypes.EFI_SYSTEM),
            Guids.text(GptTypes.MICROSOFT_RESERVED),
            Guids.text(GptTypes.WINDOWS_RECOVERY),
            Guids.text(GptTypes.BIOS_BOOT),
            "0x12",
            "0x27",
            "0xde",
            "0xef");

    private static final Set<String> DYNAMIC =
            Set.of(Guids.text(GptTypes.DYNAMIC_METADATA), Guids.text(GptTypes.DYNAMIC_DATA), "0x42");

    private static final Set<String> STARTING = Set.of(
            Guids.text(GptTypes.EFI_SYSTEM),
            Guids.text(GptTypes.WINDOWS_RECOVERY),
            Guids.text(GptTypes.BIOS_BOOT),
            "0x27",
            "0xef");

    private static final String STORAGE_SPACES = Guids.text(GptTypes.STORAGE_SPACES);

    /** An active partition up to this size, beside one many times as large, holds what boots; the system is in the other. */
    private static final long SYSTEM_RESERVED_BYTES_MAX = ByteCount.GIB;

    private static final long SYSTEM_RESERVED_TIMES = 4;

    private static final String AS_IS =
            "Use --layout as-is with --identities keep, on a target of at least the same size.";

    private DiskRoles() {}

    static boolean keepsItsSize(PartitionTable table, Partition partition) {
        return KEPT.contains(partition.typeId()) || isSystemReserved(table, partition);
    }

    private static boolean isSystemReserved(PartitionTable table, Partition partition) {
        long size = partition.extent().length();
        return partition.bootable()
                && size <= SYSTEM_RESERVED_BYTES_MAX
                && table.partitions().stream()
                        .anyMatch(other -> other.kind() != PartitionKind.EXTENDED
                                && other.extent().length() / SYSTEM_RESERVED_TIMES >= size);
    }

    /** Why the disk can only be copied as it is; empty if it can be changed. */
    static Optional<LayoutResult.Refused> unchangeable(PartitionTable table) {
        if (table instanceof GptTable gpt && gpt.isHybrid()) {
            return Optional.of(new LayoutResult.Refused(
                    "The disk has a hybrid MBR, which names its partitions a second time.",
                    AS_IS + " Or make its MBR protective first."));
        }
        if (has(table, DYNAMIC)) {
            return Optional.of(new LayoutResult.Refused(
                    "The disk is a dynamic disk: Windows keeps a second table on it, which is not understood.",
                    AS_IS + " Or convert it to a basic disk in Windows first."));
        }
        if (has(table, Set.of(STORAGE_SPACES))) {
            return Optional.of(new LayoutResult.Refused(
                    "The disk belongs to Storage Spaces, which keep their own record of it.", AS_IS));
        }
        return Optional.empty();
    }

    /** Refuses new identities for a disk whose parts are known by other records than its table, too. */
    public static void requireKnownIdentities(PartitionTable table) throws RefusedException {
        Optional<LayoutResult.Refused> refusal = unchangeable(table);
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get().reason(), refusal.get().remedy());
        }
    }

    /** Tells whether the table has anything that a system starts from. */
    public static boolean mayStartASystem(PartitionTable table) {
        return has(table, STARTING) || table.partitions().stream().anyMatch(Partition::bootable);
    }

    /** Tells whether a partition is found by where it lies: the MBR's code has the sector of a BIOS boot partition in it. */
    static boolean isFoundByPlace(Partition partition) {
        return partition.typeId().equals(Guids.text(GptTypes.BIOS_BOOT));
    }

    private static boolean has(PartitionTable table, Set<String> types) {
        List<Partition> partitions = table.partitions();
        return partitions.stream().anyMatch(partition -> types.contains(partition.typeId()));
    }
}
