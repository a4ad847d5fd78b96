package org.rescuekey.platform.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.units.SectorSize;

/** Puts together what the kernel, udev and a disk's bytes tell about it. Of one moment: mounts are read once. */
final class DiskAssembly {
    private final SystemTree system;
    private final BlockTree blocks;
    private final BlockUse use;
    private final BootMedium bootMedium;

    DiskAssembly(SystemTree system, BlockTree blocks) {
        this.system = system;
        this.blocks = blocks;
        MountTable mounts = MountTable.read(system);
        this.use = new BlockUse(system, blocks, mounts);
        this.bootMedium = BootMedium.find(system, blocks, mounts);
    }

    DiskInfo disk(String name, DiskContent content) {
        return device(name, name, Hardware.of(name, system, blocks), partitions(name, content), content);
    }

    /** A partition on its own. Its serial number is its disk's with the partition's number, as in udev's links. */
    DiskInfo partition(String name, DiskContent content) {
        String disk = blocks.diskOf(name).orElse(name);
        long number =
                system.number("/sys/block/" + disk + "/" + name + "/partition").orElse(0);
        Hardware hardware = Hardware.of(disk, system, blocks);
        String suffix = "-part" + number;
        Hardware ofPartition = new Hardware(
                ("partition " + number + " of " + (hardware.model().isEmpty() ? disk : hardware.model())),
                hardware.serial().isEmpty() ? "" : hardware.serial() + suffix,
                hardware.wwn().isEmpty() ? "" : hardware.wwn() + suffix,
                hardware.bus());
        return device(name, disk, ofPartition, List.of(), content);
    }

    /** A file used as a disk. */
    DiskInfo file(String path, boolean writable, BlockDevice device, DiskContent content) {
        return new DiskInfo(
                path,
                "",
                "",
                "",
                "",
                "file",
                false,
                false,
                !writable,
                device.sizeBytes(),
                device.logicalSector(),
                device.physicalSector(),
                content.table().map(PartitionTable::kind),
                content.table().map(PartitionTable::diskIdentity).orElse(""),
                content.tableSha256(),
                partitions("", content),
                content.wholeDiskVolume(),
                use.holdersOfFile(system.realPath(path).orElse(path)),
                List.of(),
                false,
                content.findings());
    }

    private DiskInfo device(
            String name, String disk, Hardware hardware, List<PartitionInfo> partitions, DiskContent content) {
        String folder = "/sys/block/" + disk;
        List<String> orphans = orphans(name, partitions);
        SectorSize logical = sector(folder + "/queue/logical_block_size").orElse(SectorSize.SECTOR_512);
        return new DiskInfo(
                BlockTree.pathOf(name),
                name,
                hardware.model(),
                hardware.serial(),
                hardware.wwn(),
                hardware.bus(),
                system.flag(folder + "/removable"),
                system.flag(folder + "/queue/rotational"),
                blocks.folder(name).filter(found -> system.flag(found + "/ro")).isPresent(),
                logical.roundDown(blocks.sizeBytes(name)),
                logical,
                sector(folder + "/queue/physical_block_size").orElse(logical),
                content.table().map(PartitionTable::kind),
                content.table().map(PartitionTable::diskIdentity).orElse(""),
                content.tableSha256(),
                partitions,
                content.wholeDiskVolume(),
                Stream.concat(Stream.of(name), orphans.stream())
                        .flatMap(device -> use.holdersOf(device).stream())
                        .toList(),
                Stream.concat(Stream.of(name), orphans.stream())
                        .flatMap(device -> use.mountsOf(device).stream())
                        .toList(),
                bootMedium.includes(name),
                content.findings());
    }

    /**
     * The partitions that the kernel knows and the table does not name, or that could not be read: when they are in use,
     * the disk is, whatever its table says by now.
     */
    private List<String> orphans(String disk, List<PartitionInfo> partitions) {
        return blocks.partitions(disk).stream()
                .filter(name -> partitions.stream()
                        .noneMatch(partition -> partition.path().equals(BlockTree.pathOf(name))))
                .toList();
    }

    private List<PartitionInfo> partitions(String disk, DiskContent content) {
        List<PartitionInfo> partitions = new ArrayList<>();
        List<Partition> entries =
                content.table().map(PartitionTable::partitions).orElse(List.of());
        for (int index = 0; index < entries.size(); index++) {
            Partition entry = entries.get(index);
            Optional<String> device = disk.isEmpty() ? Optional.empty() : blocks.partition(disk, entry.number());
            partitions.add(new PartitionInfo(
                    entry.number(),
                    device.map(BlockTree::pathOf).orElse(""),
                    entry,
                    content.volumes().get(index),
                    OptionalLong.empty(),
                    device.map(use::mountsOf).orElse(List.of()),
                    device.map(use::holdersOf).orElse(List.of())));
        }
        return partitions;
    }

    private Optional<SectorSize> sector(String file) {
        long bytes = system.number(file).orElse(0);
        boolean believable = bytes >= 512 && bytes <= 65_536 && Long.bitCount(bytes) == 1;
        return believable ? Optional.of(new SectorSize((int) bytes)) : Optional.empty();
    }
}
