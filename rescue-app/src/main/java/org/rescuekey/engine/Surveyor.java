package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.UsedMap;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.partition.TableReading;
import org.rescuekey.plan.OutsideExtents;
import org.rescuekey.plan.SourceSurvey;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Reads what a planner must know of a source: its table, its volumes and their used maps. Nothing is written. */
final class Surveyor {
    private Surveyor() {}

    /**
     * Surveys a disk.
     *
     * @param exact everything counts as used
     */
    static SourceSurvey survey(BlockDevice device, DiskInfo disk, boolean exact) throws RescueException {
        TableReading reading = PartitionTables.read(device);
        List<SourceSurvey.Stream> streams = new ArrayList<>();
        if (reading.table().isEmpty()) {
            streams.add(wholeDisk(device, exact));
            return new SourceSurvey(disk, reading, streams);
        }
        PartitionTable table = reading.table().get();
        ExtentSet outside = OutsideExtents.of(table, exact);
        streams.add(new SourceSurvey.Stream(
                0, Reads.whole(device), Optional.empty(), Optional.empty(), new UsedMap(outside, exact, "")));
        for (Partition partition : table.partitions()) {
            if (partition.kind() != PartitionKind.EXTENDED) {
                streams.add(partition(device, partition, exact));
            }
        }
        return new SourceSurvey(disk, reading, streams);
    }

    private static SourceSurvey.Stream wholeDisk(BlockDevice device, boolean exact) throws RescueException {
        VolumeInfo volume = Volumes.recognise(device);
        Optional<VolumeInfo> found = volume.type() == FileSystemType.EMPTY || volume.type() == FileSystemType.UNKNOWN
                ? Optional.empty()
                : Optional.of(volume);
        return new SourceSurvey.Stream(0, Reads.whole(device), Optional.empty(), found, map(device, exact));
    }

    private static SourceSurvey.Stream partition(BlockDevice device, Partition partition, boolean exact)
            throws RescueException {
        BlockDevice slice =
                new SliceDevice(device, partition.extent(), device.name() + " partition " + partition.number());
        VolumeInfo volume = Volumes.recognise(slice);
        return new SourceSurvey.Stream(
                partition.number(),
                partition.extent(),
                Optional.of(partition),
                volume.type() == FileSystemType.EMPTY ? Optional.empty() : Optional.of(volume),
                map(slice, exact));
    }

    private static UsedMap map(BlockDevice volume, boolean exact) throws RescueException {
        if (exact) {
            Extent all = Reads.whole(volume);
            return new UsedMap(ExtentSet.of(all), true, "every sector was asked for");
        }
        return Volumes.usedMap(volume);
    }
}
