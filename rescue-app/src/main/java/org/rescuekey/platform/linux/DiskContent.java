package org.rescuekey.platform.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.inventory.TableHash;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.partition.TableReading;

/**
 * What the first looks at a disk's bytes tell: its table and the volumes. What cannot be read is a finding.
 *
 * @param table absent where there is none that can be believed
 * @param tableSha256 empty where it could not be read
 * @param volumes as many as the table has partitions, in the same order
 * @param wholeDiskVolume what is on a disk without a table
 * @param findings sentences
 */
record DiskContent(
        Optional<PartitionTable> table,
        String tableSha256,
        List<Optional<VolumeInfo>> volumes,
        Optional<VolumeInfo> wholeDiskVolume,
        List<String> findings) {
    DiskContent {
        volumes = List.copyOf(volumes);
        findings = List.copyOf(findings);
    }

    /** Of a device that could not be read at all. */
    static DiskContent unreadable(String finding) {
        return new DiskContent(Optional.empty(), "", List.of(), Optional.empty(), List.of(finding));
    }

    /** Reads a disk that may have a table. */
    static DiskContent ofDisk(BlockDevice disk) {
        List<String> findings = new ArrayList<>();
        Optional<PartitionTable> table = table(disk, findings);
        String hash = hash(disk, table, findings); // of what was read as a table, as the engine hashes it again
        Optional<VolumeInfo> wholeDisk = Optional.empty();
        if (table.isEmpty() || table.get().partitions().isEmpty()) {
            wholeDisk = volume(disk, findings);
        }
        if (wholeDisk.filter(DiskContent::isUnderstood).isPresent()
                && table.filter(found -> found.kind().equals("mbr")).isPresent()) {
            table = Optional.empty(); // the boot sector of a volume on the whole disk looks like an MBR without entries
        } else if (table.isPresent()) {
            wholeDisk = Optional.empty();
        }
        List<Optional<VolumeInfo>> volumes = new ArrayList<>();
        for (Partition partition : table.map(PartitionTable::partitions).orElse(List.of())) {
            volumes.add(volume(disk, partition, findings));
        }
        return new DiskContent(table, hash, volumes, wholeDisk, findings);
    }

    /** Reads a partition; what looks like a table in it counts for its hash alone. */
    static DiskContent ofPartition(BlockDevice partition) {
        List<String> findings = new ArrayList<>();
        Optional<VolumeInfo> volume = volume(partition, findings);
        String hash = hash(partition, table(partition, new ArrayList<>()), findings);
        return new DiskContent(Optional.empty(), hash, List.of(), volume, findings);
    }

    private static Optional<PartitionTable> table(BlockDevice disk, List<String> findings) {
        try {
            TableReading reading = PartitionTables.read(disk);
            findings.addAll(reading.findings());
            return reading.table();
        } catch (RescueException e) {
            findings.add("The partition table cannot be read: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    private static String hash(BlockDevice disk, Optional<PartitionTable> table, List<String> findings) {
        try {
            return table.isPresent() ? TableHash.of(disk, table.get().tableExtents()) : TableHash.ofNoTable(disk);
        } catch (RescueException e) {
            findings.add("The partition table cannot be read whole: " + e.getMessage() + ".");
            return "";
        }
    }

    private static Optional<VolumeInfo> volume(BlockDevice disk, Partition partition, List<String> findings) {
        if (partition.kind() == PartitionKind.EXTENDED) {
            return Optional.empty();
        }
        String name = disk.name() + " partition " + partition.number();
        return volume(new SliceDevice(disk, partition.extent(), name), findings);
    }

    private static Optional<VolumeInfo> volume(BlockDevice device, List<String> findings) {
        try {
            return Optional.of(Volumes.recognise(device));
        } catch (RescueException e) {
            findings.add("What is in " + device.name() + " cannot be read: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    private static boolean isUnderstood(VolumeInfo volume) {
        return volume.type() != FileSystemType.EMPTY && volume.type() != FileSystemType.UNKNOWN;
    }
}
