package org.rescuekey.plan;

import java.util.List;
import java.util.Optional;
import org.rescuekey.filesystem.UsedMap;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.TableReading;
import org.rescuekey.units.Extent;

/**
 * What was read of a source before a capture is planned.
 *
 * @param disk the disk
 * @param table its partition table
 * @param streams what can be captured: stream 0, then one for each partition that holds data
 */
public record SourceSurvey(DiskInfo disk, TableReading table, List<Stream> streams) {
    public SourceSurvey {
        streams = List.copyOf(streams);
    }

    /**
     * Something that an image holds as a run of numbered blocks.
     *
     * @param id 0 for what lies outside partitions, else the partition's number
     * @param onDisk where it lies
     * @param partition the table's entry; empty for stream 0
     * @param volume what was recognised in it
     * @param map what of it is used, in bytes from its start
     */
    public record Stream(
            int id, Extent onDisk, Optional<Partition> partition, Optional<VolumeInfo> volume, UsedMap map) {
        /** What a user knows it by: "partition 3 (NTFS, Windows)". */
        public String label() {
            if (partition.isEmpty()) {
                return volume.map(found -> "the volume on the whole disk (" + volumeText(found) + ")")
                        .orElse("the partition table and what lies outside partitions");
            }
            String what = volume.map(Stream::volumeText)
                    .orElseGet(() -> partition.get().typeName());
            return "partition " + id + " (" + what + ")";
        }

        /** The beginning of a sentence about its volume. */
        public String subject() {
            return partition.isPresent()
                    ? "The volume in " + label()
                    : "The volume on the whole disk"
                            + volume.map(found -> " (" + volumeText(found) + ")")
                                    .orElse("");
        }

        private static String volumeText(VolumeInfo found) {
            return found.label().isEmpty() ? found.type().label() : found.type().label() + ", " + found.label();
        }
    }
}
