package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.PageFiles;
import org.rescuekey.filesystem.UsedMap;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.partition.TableReading;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.OutsideExtents;
import org.rescuekey.plan.SourceSurvey;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Reads what a planner must know of a source: its table, its volumes and their used maps. Nothing is written. */
final class Surveyor {
    private Surveyor() {}

    /**
     * Surveys a disk.
     *
     * @param coverage what of the volumes is wanted
     */
    static SourceSurvey survey(BlockDevice device, DiskInfo disk, Coverage coverage) throws RescueException {
        return survey(device, disk, coverage, stream -> true);
    }

    /** The same; the streams that are not to be mapped count as used whole. */
    private static SourceSurvey survey(BlockDevice device, DiskInfo disk, Coverage coverage, IntPredicate mapped)
            throws RescueException {
        TableReading reading = PartitionTables.read(device);
        if (reading.table().isEmpty()) {
            return new SourceSurvey(disk, reading, List.of(wholeDisk(device, coverage, mapped)));
        }
        PartitionTable table = reading.table().get();
        if (table.kind().equals("mbr") && table.partitions().isEmpty()) {
            return withoutPartitions(device, disk, reading, coverage, mapped);
        }
        return new SourceSurvey(disk, reading, streams(device, table, coverage, mapped));
    }

    /**
     * An MBR without partitions may be the boot sector of a volume on the whole disk, or stand before something unknown:
     * only where nothing shows behind it is the disk taken for unpartitioned.
     */
    private static SourceSurvey withoutPartitions(
            BlockDevice device, DiskInfo disk, TableReading reading, Coverage coverage, IntPredicate mapped)
            throws RescueException {
        SourceSurvey.Stream whole = wholeDisk(device, coverage, mapped);
        if (whole.volume().isPresent()) {
            TableReading none = new TableReading(Optional.empty(), reading.findings(), false);
            return new SourceSurvey(disk, none, List.of(whole));
        }
        int sector = device.logicalSector().bytes();
        BlockDevice behind =
                new SliceDevice(device, Extent.between(sector, device.sizeBytes()), device.name() + " behind sector 0");
        if (!isEmpty(behind)) {
            return new SourceSurvey(disk, reading, List.of(whole));
        }
        return new SourceSurvey(disk, reading, streams(device, reading.table().orElseThrow(), coverage, mapped));
    }

    /**
     * Checks, with every way to write closed, that a plan still reads all that is used: between the plan and the job someone may
     * have mounted a volume, written, and unmounted it. What a plan reads whole needs no map: a capture of every sector does
     * not depend on what a file system says.
     *
     * @throws RefusedException naming the volume that has changed
     */
    static void requireCovered(BlockDevice device, DiskInfo disk, List<Step.ReadStream> planned)
            throws RescueException {
        Set<Integer> inPart = planned.stream()
                .filter(stream -> !stream.isWhole())
                .map(Step.ReadStream::stream)
                .collect(Collectors.toSet());
        SourceSurvey now = survey(device, disk, Coverage.NEEDED, inPart::contains);
        for (Step.ReadStream stream : planned) {
            Optional<SourceSurvey.Stream> same = now.streams().stream()
                    .filter(each ->
                            each.id() == stream.stream() && each.onDisk().equals(stream.onDisk()))
                    .findFirst();
            if (same.isEmpty() || !isCovered(stream, same.get().map())) {
                throw new RefusedException(
                        "The source was written to after the plan was made: " + stream.label()
                                + " uses space that the plan leaves out.",
                        "Nothing was written. Plan again.");
            }
        }
    }

    private static boolean isCovered(Step.ReadStream planned, UsedMap now) {
        return now.used().subtract(planned.used()).isEmpty()
                && planned.leftOut()
                        .intersect(now.used())
                        .subtract(now.leftOutExtents())
                        .isEmpty();
    }

    private static List<SourceSurvey.Stream> streams(
            BlockDevice device, PartitionTable table, Coverage coverage, IntPredicate mapped) throws RescueException {
        List<SourceSurvey.Stream> streams = new ArrayList<>();
        boolean exact = coverage == Coverage.ALL;
        ExtentSet outside = OutsideExtents.of(table, exact);
        streams.add(new SourceSurvey.Stream(
                0,
                Reads.whole(device),
                Optional.empty(),
                Optional.empty(),
                new UsedMap(outside, List.of(), ExtentSet.empty(), exact, "", List.of())));
        List<Partition> partitions = table.partitions().stream()
                .filter(partition -> partition.kind() != PartitionKind.EXTENDED)
                .toList();
        List<Optional<VolumeInfo>> volumes = new ArrayList<>();
        for (Partition partition : partitions) {
            volumes.add(volume(slice(device, partition)));
        }
        Coverage ofVolumes = isAnyHibernated(volumes) && coverage == Coverage.NEEDED ? Coverage.USED : coverage;
        for (int i = 0; i < partitions.size(); i++) {
            Partition partition = partitions.get(i);
            streams.add(new SourceSurvey.Stream(
                    partition.number(),
                    partition.extent(),
                    Optional.of(partition),
                    volumes.get(i),
                    map(slice(device, partition), mapped.test(partition.number()) ? ofVolumes : Coverage.ALL)));
        }
        return streams;
    }

    /**
     * A system that goes on where it was needs all of its page files and swap spaces, and only one of them bears the mark.
     * Which of the others are its own is not known.
     */
    private static boolean isAnyHibernated(List<Optional<VolumeInfo>> volumes) {
        return volumes.stream()
                .flatMap(Optional::stream)
                .anyMatch(volume -> volume.states().contains(VolumeState.HIBERNATED));
    }

    private static BlockDevice slice(BlockDevice device, Partition partition) {
        return new SliceDevice(device, partition.extent(), device.name() + " partition " + partition.number());
    }

    private static SourceSurvey.Stream wholeDisk(BlockDevice device, Coverage coverage, IntPredicate mapped)
            throws RescueException {
        Optional<VolumeInfo> found = volume(device).filter(volume -> volume.type() != FileSystemType.UNKNOWN);
        return new SourceSurvey.Stream(
                0, Reads.whole(device), Optional.empty(), found, map(device, mapped.test(0) ? coverage : Coverage.ALL));
    }

    private static UsedMap map(BlockDevice volume, Coverage coverage) throws RescueException {
        if (coverage == Coverage.ALL) {
            return UsedMap.raw(volume, "every sector was asked for");
        }
        try {
            return Volumes.usedMap(volume, coverage == Coverage.NEEDED ? PageFiles.LEFT_OUT : PageFiles.KEPT);
        } catch (DeviceException e) {
            throwUnlessBadSector(e);
            return UsedMap.raw(volume, "What it uses cannot be read (" + e.getMessage() + ").");
        }
    }

    /** What is in a volume; nothing where it is empty, or where a bad sector hides what it is. */
    private static Optional<VolumeInfo> volume(BlockDevice volume) throws RescueException {
        try {
            return Optional.of(Volumes.recognise(volume)).filter(found -> found.type() != FileSystemType.EMPTY);
        } catch (DeviceException e) {
            throwUnlessBadSector(e);
            return Optional.empty();
        }
    }

    private static boolean isEmpty(BlockDevice volume) throws RescueException {
        try {
            return Volumes.recognise(volume).type() == FileSystemType.EMPTY;
        } catch (DeviceException e) {
            throwUnlessBadSector(e);
            return false;
        }
    }

    /** A disk with bad sectors is what a capture is needed for most; one that is gone is not worth a plan. */
    private static void throwUnlessBadSector(DeviceException e) throws DeviceException {
        if (!e.isUnreadableSector()) {
            throw e;
        }
    }
}
