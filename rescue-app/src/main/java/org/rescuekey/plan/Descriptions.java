package org.rescuekey.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionTable;

/** Writes down in an image what it is of. Pure. */
final class Descriptions {
    /** So many sentences of each volume are kept. */
    private static final int MAX_NOTES = 50;

    private Descriptions() {}

    static ImageDescription of(SourceSurvey source, List<SourceSurvey.Stream> chosen, ImageOrigin origin) {
        return of(source, chosen, origin.tool(), origin.machine(), origin.created());
    }

    /** The same of what goes into no image. */
    static ImageDescription of(
            SourceSurvey source, List<SourceSurvey.Stream> chosen, String tool, String machine, Instant created) {
        DiskInfo disk = source.disk();
        List<ImageDescription.Stream> streams = new ArrayList<>();
        List<ImageDescription.Partition> omitted = new ArrayList<>();
        List<String> notes = new ArrayList<>(source.table().findings());
        for (SourceSurvey.Stream stream : source.streams()) {
            Optional<ImageDescription.Partition> partition = stream.partition().map(found -> partition(found, stream));
            if (chosen.contains(stream)) {
                long usedBytes = stream.map().used().totalBytes();
                List<ImageDescription.LeftOut> leftOut = stream.map().leftOut().stream()
                        .map(each -> new ImageDescription.LeftOut(each.name(), each.sizeBytes()))
                        .toList();
                streams.add(new ImageDescription.Stream(stream.id(), stream.onDisk(), usedBytes, partition, leftOut));
            } else {
                partition.ifPresent(omitted::add);
            }
            if (stream.id() == 0) {
                stream.volume().ifPresent(volume -> notes.addAll(ofWholeDisk(volume, stream)));
            }
            if (chosen.contains(stream)) {
                stream.map().notes().stream().limit(MAX_NOTES).forEach(note -> notes.add(stream.label() + ": " + note));
            }
        }
        return new ImageDescription(
                tool,
                machine,
                created,
                new ImageDescription.Disk(
                        disk.model(),
                        disk.serial(),
                        disk.wwn(),
                        disk.bus(),
                        disk.sizeBytes(),
                        disk.logicalSector().bytes(),
                        disk.physicalSector().bytes()),
                source.table().table().map(Descriptions::table).orElse(new ImageDescription.Table("none", "", "")),
                streams,
                omitted,
                notes);
    }

    /** A volume without a partition has no place of its own in a description. */
    private static List<String> ofWholeDisk(VolumeInfo volume, SourceSurvey.Stream stream) {
        List<String> notes = new ArrayList<>();
        notes.add("The disk has no partition table; it holds " + volume.type().label() + ".");
        new TreeSet<>(volume.states()).forEach(state -> notes.add("The volume " + state.words() + "."));
        if (stream.map().raw()) {
            notes.add("All sectors were captured: " + stream.map().reason());
        }
        return notes;
    }

    private static ImageDescription.Table table(PartitionTable table) {
        return new ImageDescription.Table(table.kind(), table.diskIdentity(), table.toText());
    }

    private static ImageDescription.Partition partition(Partition found, SourceSurvey.Stream stream) {
        return new ImageDescription.Partition(
                found.identity(),
                found.number(),
                found.extent(),
                found.typeId(),
                found.typeName(),
                found.name(),
                volume(stream));
    }

    private static ImageDescription.Volume volume(SourceSurvey.Stream stream) {
        String rawReason = stream.map().raw() ? stream.map().reason() : "";
        if (stream.volume().isEmpty()) {
            return new ImageDescription.Volume("", "", "", List.of(), rawReason);
        }
        VolumeInfo volume = stream.volume().get();
        List<String> states = new TreeSet<>(volume.states())
                .stream().map(state -> state.words()).toList();
        return new ImageDescription.Volume(volume.type().label(), volume.label(), volume.identity(), states, rawReason);
    }
}
