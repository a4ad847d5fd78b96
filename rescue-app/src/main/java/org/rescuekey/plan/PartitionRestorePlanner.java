package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
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
 * Plans a restore of single partitions into existing ones of the same size or larger; the table stays. The ends of each
 * partition, which hold boot sectors, superblocks and their copies, are erased first and written last. Pure.
 */
final class PartitionRestorePlanner {
    /** File systems whose boot sector records where their partition starts. */
    private static final Set<String> RECORDS_START = Set.of("NTFS", "FAT12", "FAT16", "FAT32");

    private PartitionRestorePlanner() {}

    static Plan plan(Request.Restore request, ImageFacts image, ImageDescription description, TargetSurvey target)
            throws RefusedException {
        DiskInfo disk = target.disk();
        PartitionTable table = target.table()
                .table()
                .orElseThrow(() -> new RefusedException(
                        disk.label() + " has no partition table.",
                        "Restore the whole disk, or create partitions on the target first."));
        List<Step> writes = new ArrayList<>();
        List<Step> last = new ArrayList<>();
        ExtentSet erased = ExtentSet.empty();
        List<Effect> effects = new ArrayList<>();
        if (new TreeSet<>(request.partitions().values()).size()
                < request.partitions().size()) {
            throw new RefusedException(
                    "Two partitions of the image would go into one of the target.", "Name another one for each.");
        }
        long bytes = 0;
        for (Map.Entry<Integer, Integer> pair : request.partitions().entrySet()) {
            ImageDescription.Stream stream = stream(description, pair.getKey());
            Partition into = partition(table, disk, pair.getValue());
            checkFits(stream, into);
            String label = RestorePlanner.label(stream);
            Extent place = into.extent();
            ExtentSet ends = RestorePlanner.ends(new Extent(0, stream.sizeBytes()));
            erased = erased.union(RestorePlanner.ends(place));
            writes.add(new Step.WriteStream(stream.id(), label, place, ends));
            boolean moves = place.start() != stream.onDisk().start() && recordsStart(stream);
            OptionalLong start =
                    moves ? OptionalLong.of(table.sectorSize().toSectors(place.start())) : OptionalLong.empty();
            last.add(new Step.WriteLast(stream.id(), "the ends of " + label, place, ends, start));
            effects.add(Effect.loss("Everything in partition " + into.number() + " of " + disk.label() + " ("
                    + ByteCount.text(into.extent().length()) + ", " + content(disk, into) + ")."));
            effects.add(Effect.result("Partition " + into.number() + " holds " + label + " of "
                    + RestorePlanner.time(description.created())
                    + "; the other partitions and the table stay as they are."));
            String typeInImage = stream.partition().orElseThrow().typeId();
            if (!typeInImage.equalsIgnoreCase(into.typeId())) {
                effects.add(Effect.warning("Partition " + into.number() + " has the type " + into.typeName()
                        + "; in the image it was "
                        + stream.partition().orElseThrow().typeName() + ". The type is not changed."));
            }
            bytes = Math.addExact(bytes, stream.usedBytes());
        }
        effects.addAll(RestorePlanner.imageWarnings(request, image, description));
        List<Step> steps = new ArrayList<>(RestorePlanner.findDamage(request, image));
        steps.add(new Step.Erase("both ends of what is overwritten, so that it cannot pass for whole", erased));
        steps.addAll(writes);
        steps.add(new Step.ReadBack());
        steps.addAll(last);
        return new Plan(
                JobKind.RESTORE,
                "Restore " + request.partitions().size() + " of the image's partitions to " + disk.label() + " ("
                        + disk.path() + ")",
                RestorePlanner.preconditions(image, disk),
                steps,
                effects,
                bytes,
                bytes,
                RestorePlanner.commandLine(request),
                TargetRules.overwrite(disk));
    }

    private static ImageDescription.Stream stream(ImageDescription description, int number) throws RefusedException {
        return description.streams().stream()
                .filter(stream -> stream.partition().isPresent()
                        && stream.partition().get().number() == number)
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        "The image does not hold partition " + number + ".",
                        "It holds "
                                + String.join(
                                        ", ",
                                        description.streams().stream()
                                                .filter(stream -> stream.id() != 0)
                                                .map(RestorePlanner::label)
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

    private static boolean recordsStart(ImageDescription.Stream stream) {
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
