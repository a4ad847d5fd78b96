package org.rescuekey.plan;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.plan.PlanResult.Planned;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Plans a restore of a whole disk: image to disk of the same or a larger size, identities kept. Pure. */
public final class RestorePlanner {
    /** What is erased at both ends of a target first: room for the table of any disk, with sectors up to 4096. */
    private static final long TABLE_ROOM_BYTES = ByteCount.MIB;

    /**
     * So much at both ends of a partition, or of a disk without a table, is written last: boot sectors and superblocks, and
     * the copies that some drivers turn to by themselves (of NTFS in the last sector, of RAID in the last 128 KiB).
     */
    private static final long ENDS_BYTES = 256 * 1024;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private RestorePlanner() {}

    /** Plans what a request names: the whole disk, or single partitions into existing ones. */
    public static PlanResult plan(Request.Restore request, ImageFacts image, TargetSurvey target) {
        Optional<Refused> refusal = TargetRules.refusal(request, image, target);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        ImageDescription description = Objects.requireNonNull(image.description());
        try {
            return new Planned(
                    request.partitions().isEmpty()
                            ? wholeDisk(request, image, description, target)
                            : PartitionRestorePlanner.plan(request, image, description, target));
        } catch (RefusedException e) {
            return new Refused(e.reason(), e.remedy());
        } catch (MalformedDataException e) {
            return new Refused(
                    "The partition table that " + image.path() + " holds cannot be read: " + e.getMessage() + ".",
                    "Verify the image; restore single partitions with --partition.");
        }
    }

    private static Plan wholeDisk(
            Request.Restore request, ImageFacts image, ImageDescription description, TargetSurvey target)
            throws RefusedException, MalformedDataException {
        DiskInfo disk = target.disk();
        Optional<PartitionTable> table = table(description);
        boolean sameSize = disk.sizeBytes() == description.disk().sizeBytes();
        ImageDescription.Stream outside = description.stream(0).orElseThrow();
        if (table.isEmpty() && outside.sizeBytes() > disk.sizeBytes()) {
            throw tooSmall(disk, outside.sizeBytes());
        }
        List<Step> steps = new ArrayList<>(findDamage(request, image));
        steps.add(new Step.Erase("the target's old partition table", tableRoom(target)));
        ExtentSet ends = partitionEnds(description).subtract(tableRoom(target));
        if (!ends.isEmpty()) {
            steps.add(new Step.Erase("both ends of each partition", ends));
        }
        for (ImageDescription.Stream stream : description.streams()) {
            if (stream.id() != 0) {
                steps.add(new Step.WriteStream(stream.id(), label(stream), stream.onDisk(), ExtentSet.empty()));
            }
        }
        Extent onTarget = new Extent(0, Math.min(outside.sizeBytes(), disk.sizeBytes()));
        ExtentSet ofPartitions = ofPartitions(description);
        ExtentSet last = table.isPresent()
                ? table.get().tableExtents().subtract(ofPartitions)
                : ends(new Extent(0, outside.sizeBytes()));
        ExtentSet beyondTarget =
                ExtentSet.builder().add(onTarget.end(), outside.sizeBytes()).build();
        ExtentSet leaveOut = ofPartitions.union(last).union(beyondTarget);
        steps.add(new Step.WriteStream(0, label(outside), onTarget, leaveOut));
        steps.add(new Step.ReadBack());
        // The blocks that hold the table may be lost; what the image says of itself has it too.
        if (table.isPresent() && (!sameSize || request.acceptDamage())) {
            PartitionTable moved = table.get().forDiskOf(disk.sizeBytes());
            steps.add(new Step.WriteTable(moved.kind(), moved.writes()));
        } else {
            String what = table.isPresent()
                    ? "the partition table (" + table.get().kind() + ") as it was"
                    : "the ends of " + label(outside);
            steps.add(new Step.WriteLast(0, what, onTarget, last, OptionalLong.empty()));
        }
        return new Plan(
                JobKind.RESTORE,
                "Restore " + name(description) + " to " + disk.label() + " (" + disk.path() + ")",
                preconditions(image, disk),
                steps,
                effects(request, image, description, target),
                image.usedBytes(),
                image.usedBytes(),
                commandLine(request),
                TargetRules.overwrite(disk));
    }

    /**
     * Both ends of what becomes a partition: what a restore leaves free there may hold the mark of an older volume or of a RAID,
     * by which the partition would be taken for what it is not. To be erased when the old table is: nothing is recognised then.
     */
    private static ExtentSet partitionEnds(ImageDescription description) {
        ExtentSet ends = ExtentSet.empty();
        for (ImageDescription.Stream stream : description.streams()) {
            ends = stream.id() == 0 ? ends : ends.union(ends(stream.onDisk()));
        }
        for (ImageDescription.Partition omitted : description.omitted()) {
            ends = ends.union(ends(omitted.extent()));
        }
        return ends;
    }

    /** Both ends of an extent, which is all of it if it is small. */
    static ExtentSet ends(Extent extent) {
        long length = Math.min(ENDS_BYTES, extent.length());
        return ExtentSet.of(new Extent(extent.start(), length))
                .union(ExtentSet.of(Extent.between(extent.end() - length, extent.end())));
    }

    /** An image's blocks mark their used bytes in units; a unit of what lies outside partitions may reach into one. */
    private static ExtentSet ofPartitions(ImageDescription description) {
        ExtentSet.Builder extents = ExtentSet.builder();
        description.streams().stream()
                .flatMap(stream -> stream.partition().stream())
                .forEach(p -> extents.add(p.extent()));
        description.omitted().forEach(partition -> extents.add(partition.extent()));
        return extents.build();
    }

    /** Before anything is written, if the user has agreed to zeros. */
    static List<Step> findDamage(Request.Restore request, ImageFacts image) {
        return request.acceptDamage() ? List.of(new Step.FindDamage(image.path())) : List.of();
    }

    private static List<Effect> effects(
            Request.Restore request, ImageFacts image, ImageDescription description, TargetSurvey target) {
        DiskInfo disk = target.disk();
        List<Effect> effects = new ArrayList<>(TargetRules.losses(disk));
        effects.addAll(imageWarnings(request, image, description));
        if (!description.omitted().isEmpty()) {
            String numbers = String.join(
                    ", ",
                    description.omitted().stream()
                            .map(partition -> String.valueOf(partition.number()))
                            .toList());
            effects.add(Effect.warning(
                    "The image does not hold partition " + numbers + "; the table will list it, with nothing in it."));
        }
        effects.add(Effect.result("The target becomes " + name(description)
                + ", with the same identities, so that what starts from it finds its partitions."));
        long spare = disk.sizeBytes() - description.disk().sizeBytes();
        if (spare > 0) {
            effects.add(Effect.result(ByteCount.text(spare) + " at the end of the target stay unpartitioned."));
        }
        effects.add(Effect.warning("Two disks with the same identities must not run in one PC: take the old disk out"
                + " before the first start."));
        return effects;
    }

    /** The captured disk and the moment in words: "Samsung SSD 870 as of 2026-11-22 09:06 UTC". */
    static String name(ImageDescription description) {
        String disk = description.disk().model().isEmpty()
                ? "the disk"
                : description.disk().model();
        return disk + " as of " + time(description.created());
    }

    /** "2026-11-22 09:06 UTC". */
    static String time(Instant moment) {
        return TIME.format(moment.atOffset(ZoneOffset.UTC)) + " UTC";
    }

    static List<Effect> imageWarnings(Request.Restore request, ImageFacts image, ImageDescription description) {
        List<Effect> effects = new ArrayList<>();
        if (request.acceptDamage()) {
            effects.add(Effect.warning(
                    "Blocks of the image that are damaged become zeros; the report names them. The image is"
                            + " read twice."));
            if (!image.isRestorable()) {
                effects.add(Effect.warning("The image is incomplete: " + image.problem()
                        + " All that it does not hold becomes zeros, free or not."));
            }
        }
        if (image.state() == ImageFacts.State.COMPLETE_WITH_UNREADABLE) {
            effects.add(Effect.warning(
                    "Some sectors could not be read when the image was made; they are written as zeros."));
        }
        description.notes().forEach(note -> effects.add(Effect.warning(note)));
        return effects;
    }

    static List<Precondition> preconditions(ImageFacts image, DiskInfo disk) {
        return List.of(
                new Precondition.ImageIs(image.path(), image.imageId(), image.rootHash()),
                new Precondition.DiskIs(Precondition.Role.TARGET, disk.path(), disk.fingerprint()),
                new Precondition.NotInUse(disk.path()),
                new Precondition.Apart(image.path(), disk.path()));
    }

    /** The table that the image holds; empty for a disk that had none. */
    static Optional<PartitionTable> table(ImageDescription description) throws MalformedDataException {
        String text = description.table().text();
        return text.isEmpty() ? Optional.empty() : Optional.of(PartitionTables.parseText(text));
    }

    static String label(ImageDescription.Stream stream) {
        return stream.partition()
                .map(partition -> "partition " + partition.number() + " ("
                        + (partition.volume().fileSystem().isEmpty()
                                ? partition.typeName()
                                : partition.volume().fileSystem())
                        + (partition.volume().label().isEmpty()
                                ? ""
                                : ", " + partition.volume().label())
                        + ")")
                .orElse("what lies outside partitions");
    }

    static RefusedException tooSmall(DiskInfo disk, long neededBytes) {
        long missing = neededBytes - disk.sizeBytes();
        return new RefusedException(
                disk.label() + " is too small: " + ByteCount.of(missing).exact() + " are missing.",
                "Choose a target of at least " + ByteCount.of(neededBytes).exact() + ".");
    }

    private static ExtentSet tableRoom(TargetSurvey target) {
        SectorSize sector = target.disk().logicalSector();
        long size = target.disk().sizeBytes();
        long room = sector.roundDown(Math.min(TABLE_ROOM_BYTES, size));
        return ExtentSet.of(new Extent(0, room), Extent.between(size - room, size))
                .union(target.table().table().map(PartitionTable::tableExtents).orElse(ExtentSet.empty()));
    }

    static String commandLine(Request.Restore request) {
        StringBuilder line = new StringBuilder("rescuekey restore ");
        line.append(Shell.quote(request.image())).append(" --to ").append(Shell.quote(request.target()));
        request.partitions()
                .forEach((from, to) ->
                        line.append(" --partition ").append(from).append('=').append(to));
        if (request.acceptUnreadable()) {
            line.append(" --accept-unreadable");
        }
        if (request.acceptDamage()) {
            line.append(" --accept-damage");
        }
        return line.toString();
    }
}
