package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.plan.layout.LayoutRequest;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * Where the streams of a disk go on a target, and in which order: what the target is recognised by is erased first, and what it
 * will be recognised by is written last. The same whether they come from an image or from another disk. Pure.
 *
 * @param erasures before the first write
 * @param streams where each stream goes
 * @param last once all else was read back
 * @param effects what becomes of the target, in words
 * @param usedBytes what is in use of the streams
 */
record TargetLayout(
        List<Step.Erase> erasures, List<Placed> streams, List<Step> last, List<Effect> effects, long usedBytes) {
    /** What is erased at both ends of a target first: room for the table of any disk, with sectors up to 4096. */
    private static final long TABLE_ROOM_BYTES = ByteCount.MIB;

    /**
     * So much at both ends of a partition, or of a disk without a table, is written last: boot sectors and superblocks, and
     * the copies that some drivers turn to by themselves (of NTFS in the last sector, of RAID in the last 128 KiB).
     */
    private static final long ENDS_BYTES = 256 * 1024;

    TargetLayout {
        erasures = List.copyOf(erasures);
        streams = List.copyOf(streams);
        last = List.copyOf(last);
        effects = List.copyOf(effects);
    }

    /**
     * The place of a stream.
     *
     * @param onTarget at least as long as the stream
     * @param leaveOut extents of the stream that are not written with the rest
     * @param adapted what is done to its volume first; empty if it is copied as it is
     */
    record Placed(ImageDescription.Stream stream, Extent onTarget, ExtentSet leaveOut, Optional<AdaptVolume> adapted) {
        Placed(ImageDescription.Stream stream, Extent onTarget, ExtentSet leaveOut) {
            this(stream, onTarget, leaveOut, Optional.empty());
        }
    }

    /** All steps that fill the target, read back, and finish it. */
    List<Step> steps(Function<Placed, Step> writing) {
        List<Step> steps = new ArrayList<>();
        streams.forEach(placed -> placed.adapted().ifPresent(steps::add));
        steps.addAll(erasures);
        streams.forEach(placed -> steps.add(writing.apply(placed)));
        return steps;
    }

    /**
     * A whole disk, as a request wants it.
     *
     * @param tableMayBeLost take the table from the description, not from the blocks that hold it
     * @param facts what is known for laying the disk out anew
     */
    static TargetLayout ofWholeDisk(
            ImageDescription description,
            TargetSurvey target,
            boolean tableMayBeLost,
            LayoutRequest request,
            LayoutFacts facts)
            throws RefusedException, MalformedDataException {
        if (request.isAsItIs()) {
            return ofWholeDisk(description, target, tableMayBeLost);
        }
        PartitionTable table = table(description)
                .orElseThrow(() -> new RefusedException(
                        "The source has no partition table that could be laid out anew.",
                        "Leave --layout, --size and --identities out."));
        return LaidOut.of(description, table, target, request, facts);
    }

    /** Why a request for single partitions cannot say how the disk is laid out. */
    static void requireAsItIs(LayoutRequest request) throws RefusedException {
        if (!request.isAsItIs()) {
            throw new RefusedException(
                    "--layout, --size and --identities are for whole disks; single partitions go into existing ones.",
                    "Leave them out, or name the whole disk.");
        }
    }

    /**
     * A whole disk, onto one of the same size or larger, identities kept.
     *
     * @param tableMayBeLost take the table from the description, not from the blocks that hold it
     */
    private static TargetLayout ofWholeDisk(ImageDescription description, TargetSurvey target, boolean tableMayBeLost)
            throws RefusedException, MalformedDataException {
        DiskInfo disk = target.disk();
        Optional<PartitionTable> table = table(description);
        boolean sameSize = disk.sizeBytes() == description.disk().sizeBytes();
        ImageDescription.Stream outside = description.stream(0).orElseThrow();
        boolean isAllInTable = table.isPresent() && !table.get().partitions().isEmpty();
        if (!isAllInTable && outside.sizeBytes() > disk.sizeBytes()) {
            throw tooSmall(disk, outside.sizeBytes());
        }
        List<Step.Erase> erasures = new ArrayList<>();
        erasures.add(new Step.Erase("the target's old partition table", tableRoom(target)));
        ExtentSet ends = partitionEnds(description).subtract(tableRoom(target));
        if (!ends.isEmpty()) {
            erasures.add(new Step.Erase("both ends of each partition", ends));
        }
        List<Placed> streams = new ArrayList<>();
        for (ImageDescription.Stream stream : description.streams()) {
            if (stream.id() != 0) {
                streams.add(new Placed(stream, stream.onDisk(), ExtentSet.empty()));
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
        List<Step> lastSteps = new ArrayList<>();
        // The blocks that hold the table may be lost; the description has it too.
        if (table.isPresent() && (!sameSize || tableMayBeLost)) {
            PartitionTable moved = table.get().forDiskOf(disk.sizeBytes());
            leaveOut = leaveOut.union(moved.tableExtents().subtract(ofPartitions));
            lastSteps.add(new Step.WriteTable(moved.kind(), moved.writes()));
        } else {
            String what = table.isPresent()
                    ? "the partition table (" + table.get().kind() + ") as it was"
                    : "the ends of " + label(outside);
            lastSteps.add(new Step.WriteLast(0, what, onTarget, last, OptionalLong.empty()));
        }
        streams.add(new Placed(outside, onTarget, leaveOut));
        return new TargetLayout(
                erasures, streams, lastSteps, effectsOnDisk(description, target), usedBytes(description));
    }

    static long usedBytes(ImageDescription description) {
        return description.streams().stream()
                .mapToLong(ImageDescription.Stream::usedBytes)
                .sum();
    }

    /** What goes with the target's content, and what the source does not give. */
    static List<Effect> losses(ImageDescription description, DiskInfo disk) {
        List<Effect> effects = new ArrayList<>(TargetRules.losses(disk));
        if (!description.omitted().isEmpty()) {
            String numbers = String.join(
                    ", ",
                    description.omitted().stream()
                            .map(partition -> String.valueOf(partition.number()))
                            .toList());
            effects.add(Effect.warning(
                    "The image does not hold partition " + numbers + "; the table will list it, with nothing in it."));
        }
        return effects;
    }

    private static List<Effect> effectsOnDisk(ImageDescription description, TargetSurvey target) {
        DiskInfo disk = target.disk();
        List<Effect> effects = losses(description, disk);
        long spare = disk.sizeBytes() - description.disk().sizeBytes();
        if (spare > 0) {
            effects.add(Effect.result(ByteCount.text(spare) + " at the end of the target stay unpartitioned."));
        }
        if (spare < 0) {
            effects.add(Effect.warning("What lies outside the partitions behind "
                    + ByteCount.of(disk.sizeBytes()).exact() + " has no room on the target and is left behind."));
        }
        effects.add(LayoutEffects.sameIdentities());
        return effects;
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

    static ExtentSet tableRoom(TargetSurvey target) {
        SectorSize sector = target.disk().logicalSector();
        long size = target.disk().sizeBytes();
        long room = sector.roundDown(Math.min(TABLE_ROOM_BYTES, size));
        return ExtentSet.of(new Extent(0, room), Extent.between(size - room, size))
                .union(target.table().table().map(PartitionTable::tableExtents).orElse(ExtentSet.empty()));
    }

    /** The table that was described; empty for a disk that had none. */
    private static Optional<PartitionTable> table(ImageDescription description) throws MalformedDataException {
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

    private static RefusedException tooSmall(DiskInfo disk, long neededBytes) {
        long missing = neededBytes - disk.sizeBytes();
        return new RefusedException(
                disk.label() + " is too small: " + ByteCount.of(missing).exact() + " are missing.",
                "Choose a target of at least " + ByteCount.of(neededBytes).exact() + ".");
    }
}
