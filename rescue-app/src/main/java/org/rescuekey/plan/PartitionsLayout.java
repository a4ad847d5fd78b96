package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.rescuekey.error.RefusedException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Where single partitions go: into existing ones of the same size or larger; the table stays. The ends of each
 * partition, which hold boot sectors, superblocks and their copies, are erased first and written last. Pure.
 */
final class PartitionsLayout {
    /** File systems whose boot sector records where their partition starts. */
    private static final Set<String> RECORDS_START = Set.of("NTFS", "FAT12", "FAT16", "FAT32");

    private PartitionsLayout() {}

    /**
     * The layout.
     *
     * @param pairs number of the stream to number on the target
     * @param holder what the streams come from, such as "The image"
     * @param moment what is said of the streams' age, such as " of 2026-11-22 09:06 UTC"; may be empty
     */
    static TargetLayout of(
            ImageDescription description,
            TargetSurvey target,
            Map<Integer, Integer> pairs,
            String holder,
            String moment)
            throws RefusedException {
        DiskInfo disk = target.disk();
        PartitionTable table = target.table()
                .table()
                .orElseThrow(() -> new RefusedException(
                        disk.label() + " has no partition table.",
                        "Take the whole disk, or create partitions on the target first."));
        if (new TreeSet<>(pairs.values()).size() < pairs.size()) {
            throw new RefusedException("Two partitions would go into one of the target.", "Name another one for each.");
        }
        List<TargetLayout.Placed> streams = new ArrayList<>();
        List<Step> last = new ArrayList<>();
        ExtentSet erased = ExtentSet.empty();
        List<Effect> effects = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<Integer, Integer> pair : pairs.entrySet()) {
            ImageDescription.Stream stream = stream(description, pair.getKey(), holder);
            Partition into = partition(table, disk, pair.getValue());
            checkFits(stream, into);
            Extent place = into.extent();
            ExtentSet ends = TargetLayout.ends(new Extent(0, stream.sizeBytes()));
            erased = erased.union(TargetLayout.ends(place));
            streams.add(new TargetLayout.Placed(stream, place, ends));
            boolean moves = place.start() != stream.onDisk().start() && recordsStart(stream);
            OptionalLong start =
                    moves ? OptionalLong.of(table.sectorSize().toSectors(place.start())) : OptionalLong.empty();
            String label = TargetLayout.label(stream);
            last.add(new Step.WriteLast(stream.id(), "the ends of " + label, place, ends, start));
            effects.addAll(effects(stream, disk, into, holder, moment));
            bytes = Math.addExact(bytes, stream.usedBytes());
        }
        Step.Erase erasure =
                new Step.Erase("both ends of what is overwritten, so that it cannot pass for whole", erased);
        return new TargetLayout(List.of(erasure), streams, last, effects, bytes);
    }

    private static List<Effect> effects(
            ImageDescription.Stream stream, DiskInfo disk, Partition into, String holder, String moment) {
        List<Effect> effects = new ArrayList<>();
        effects.add(Effect.loss("Everything in partition " + into.number() + " of " + disk.label() + " ("
                + ByteCount.text(into.extent().length()) + ", " + content(disk, into) + ")."));
        effects.add(Effect.result("Partition " + into.number() + " holds " + TargetLayout.label(stream) + moment
                + "; the other partitions and the table stay as they are."));
        String type = stream.partition().orElseThrow().typeId();
        if (!type.equalsIgnoreCase(into.typeId())) {
            effects.add(Effect.warning("Partition " + into.number() + " has the type " + into.typeName() + "; in "
                    + holder.toLowerCase(Locale.ROOT) + " it is "
                    + stream.partition().orElseThrow().typeName() + ". The type is not changed."));
        }
        return effects;
    }

    private static ImageDescription.Stream stream(ImageDescription description, int number, String holder)
            throws RefusedException {
        return description.streams().stream()
                .filter(stream -> stream.partition().isPresent()
                        && stream.partition().get().number() == number)
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        holder + " does not hold partition " + number + ".",
                        "It holds "
                                + String.join(
                                        ", ",
                                        description.streams().stream()
                                                .filter(stream -> stream.id() != 0)
                                                .map(TargetLayout::label)
                                                .toList())
                                + "."));
    }

    private static Partition partition(PartitionTable table, DiskInfo disk, int number) throws RefusedException {
        return table.partitions().stream()
                .filter(partition -> partition.number() == number && partition.kind() != PartitionKind.EXTENDED)
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        disk.label() + " has no partition " + number + " that can hold a volume.",
                        "Its partitions are "
                                + String.join(
                                        ", ",
                                        table.partitions().stream()
                                                .map(partition -> String.valueOf(partition.number()))
                                                .toList())
                                + "."));
    }

    private static void checkFits(ImageDescription.Stream stream, Partition into) throws RefusedException {
        long missing = stream.sizeBytes() - into.extent().length();
        if (missing > 0) {
            throw new RefusedException(
                    "Partition " + into.number() + " is too small: "
                            + ByteCount.of(missing).exact() + " are missing.",
                    "Choose a partition of at least "
                            + ByteCount.of(stream.sizeBytes()).exact() + ".");
        }
    }

    static boolean recordsStart(ImageDescription.Stream stream) {
        return stream.partition().isPresent()
                && RECORDS_START.contains(stream.partition().get().volume().fileSystem());
    }

    private static String content(DiskInfo disk, Partition into) {
        return disk.partitions().stream()
                .filter(found -> found.number() == into.number())
                .findFirst()
                .flatMap(found -> found.volume())
                .map(volume -> volume.type().label() + (volume.label().isEmpty() ? "" : ", " + volume.label()))
                .orElse(into.typeName());
    }
}
