package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.units.Extent;

/**
 * A disk as a report draws it: before or after a job, with what becomes of each partition. Pure; all its texts may come from
 * disks and hold anything.
 *
 * @param caption which disk this is to the job, and when: "The target before"
 * @param disk what a person knows it by
 * @param sizeBytes its size
 * @param parts its partitions by their place, or the volume on a disk without a table
 */
public record DiskSketch(String caption, String disk, long sizeBytes, List<Part> parts) {
    /** What a job does to a partition. */
    public enum Fate {
        STAYS("stays as it is"),
        READ("is read"),
        LEFT_OUT("is left out"),
        LOST("is overwritten"),
        WRITTEN("is written");

        private final String words;

        Fate(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /**
     * A partition.
     *
     * @param number its number; 0 if it has none
     * @param onDisk where it lies
     * @param name the label of its volume, or else its own name or type
     * @param fileSystem what is in it; empty if unknown
     * @param usedBytes of it; empty if unknown
     * @param fate what becomes of it
     */
    public record Part(int number, Extent onDisk, String name, String fileSystem, OptionalLong usedBytes, Fate fate) {
        /** The same with what is used of it, where that is known. */
        private Part using(@Nullable Long bytes) {
            return bytes == null ? this : new Part(number, onDisk, name, fileSystem, OptionalLong.of(bytes), fate);
        }

        /** The same on a target, where it is written. */
        private Part at(int numberThere, Extent onTarget) {
            return new Part(numberThere, onTarget, name, fileSystem, usedBytes, Fate.WRITTEN);
        }
    }

    public DiskSketch {
        parts = parts.stream()
                .sorted(Comparator.comparingLong(part -> part.onDisk().start()))
                .toList();
    }

    /**
     * A disk of this machine.
     *
     * @param fate what becomes of the partition with a number; 0 for the volume on the whole disk
     */
    public static DiskSketch of(String caption, DiskInfo disk, IntFunction<Fate> fate) {
        List<Part> parts = new ArrayList<>();
        if (disk.partitions().isEmpty() && disk.sizeBytes() > 0) {
            disk.wholeDiskVolume()
                    .filter(volume -> volume.type() != FileSystemType.EMPTY)
                    .ifPresent(volume -> parts.add(new Part(
                            0,
                            new Extent(0, disk.sizeBytes()),
                            volume.label(),
                            volume.type().label(),
                            OptionalLong.empty(),
                            fate.apply(0))));
        }
        for (PartitionInfo info : disk.partitions()) {
            if (info.partition().kind() != PartitionKind.EXTENDED) {
                parts.add(new Part(
                        info.number(),
                        info.partition().extent(),
                        first(
                                info.volume().map(VolumeInfo::label).orElse(""),
                                info.partition().name(),
                                info.partition().typeName()),
                        info.volume()
                                .filter(volume -> volume.type() != FileSystemType.UNKNOWN)
                                .map(volume -> volume.type().label())
                                .orElse(""),
                        info.usedBytes(),
                        fate.apply(info.number())));
            }
        }
        return new DiskSketch(caption, disk.label(), disk.sizeBytes(), parts);
    }

    /** The disk that an image is of, as it was then: what the image holds is read. */
    public static DiskSketch of(String caption, ImageDescription image) {
        List<Part> parts = new ArrayList<>();
        for (ImageDescription.Stream stream : image.streams()) {
            stream.partition()
                    .ifPresent(found -> parts.add(part(found, OptionalLong.of(stream.usedBytes()), Fate.READ)));
        }
        image.omitted().forEach(left -> parts.add(part(left, OptionalLong.empty(), Fate.LEFT_OUT)));
        ImageDescription.Disk disk = image.disk();
        String label = disk.serial().isEmpty() ? disk.model() : disk.model() + ", serial " + disk.serial();
        return new DiskSketch(caption, label, disk.sizeBytes(), parts);
    }

    /** The pictures of a capture: its source, and what of it is in the image. */
    public static List<DiskSketch> ofCapture(Plan plan) {
        return plan.steps().stream()
                .filter(Step.StoreImage.class::isInstance)
                .map(step -> of("The source, and what of it is captured", ((Step.StoreImage) step).description()))
                .toList();
    }

    /** The pictures of a restore: the disk that the image is of, the target before, and the target afterwards. */
    public static List<DiskSketch> ofRestore(Plan plan, ImageDescription image, DiskInfo target) {
        List<Move> moves = new ArrayList<>();
        steps(plan, Step.WriteStream.class).forEach(write -> moves.add(new Move(write.stream(), write.onTarget())));
        steps(plan, CopyAdapted.class).forEach(copy -> moves.add(new Move(copy.stream(), copy.onTarget())));
        return pictures(of("The disk in the image", image), moves, target);
    }

    /** The pictures of a clone: the source, the target before, and the target afterwards. */
    public static List<DiskSketch> ofClone(Plan plan, DiskInfo source, DiskInfo target) {
        List<Step.CopyStream> copies = steps(plan, Step.CopyStream.class);
        List<Move> moves = new ArrayList<>();
        copies.forEach(copy -> moves.add(new Move(copy.read().stream(), copy.onTarget())));
        Map<Integer, Long> used = new TreeMap<>();
        copies.forEach(copy -> used.put(copy.read().stream(), copy.read().used().totalBytes()));
        for (CopyAdapted copy : steps(plan, CopyAdapted.class)) {
            moves.add(new Move(copy.stream(), copy.onTarget()));
            used.put(copy.stream(), copy.usedBytes());
        }
        DiskSketch from = of("The source", source, number -> used.containsKey(number) ? Fate.READ : Fate.LEFT_OUT);
        List<Part> parts = from.parts().stream()
                .map(part -> part.using(used.get(part.number())))
                .toList();
        return pictures(new DiskSketch(from.caption(), from.disk(), from.sizeBytes(), parts), moves, target);
    }

    /** Where a stream of the source goes. */
    private record Move(int stream, Extent onTarget) {}

    private static <T extends Step> List<T> steps(Plan plan, Class<T> kind) {
        return plan.steps().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<DiskSketch> pictures(DiskSketch source, List<Move> moves, DiskInfo target) {
        boolean isWhole = moves.stream().anyMatch(move -> move.stream() == 0);
        DiskSketch before = of(
                "The target before",
                target,
                number -> isWhole || isWritten(target, number, moves) ? Fate.LOST : Fate.STAYS);
        List<Part> after = new ArrayList<>();
        Map<Long, Integer> numbers = new TreeMap<>();
        for (Part part : before.parts()) {
            numbers.put(part.onDisk().start(), part.number());
            if (part.fate() == Fate.STAYS) {
                after.add(part);
            }
        }
        for (Move move : moves) {
            source.parts().stream()
                    .filter(part -> part.number() == move.stream())
                    .forEach(part -> after.add(part.at(
                            isWhole
                                    ? part.number()
                                    : numbers.getOrDefault(move.onTarget().start(), part.number()),
                            move.onTarget())));
        }
        return List.of(
                source, before, new DiskSketch("The target afterwards", target.label(), target.sizeBytes(), after));
    }

    private static boolean isWritten(DiskInfo target, int number, List<Move> moves) {
        return target.partitions().stream()
                .filter(info -> info.number() == number)
                .anyMatch(info -> moves.stream()
                        .anyMatch(move ->
                                move.onTarget().overlaps(info.partition().extent())));
    }

    private static Part part(ImageDescription.Partition found, OptionalLong usedBytes, Fate fate) {
        return new Part(
                found.number(),
                found.extent(),
                first(found.volume().label(), found.name(), found.typeName()),
                found.volume().fileSystem(),
                usedBytes,
                fate);
    }

    private static String first(String... names) {
        for (String name : names) {
            if (!name.isBlank()) {
                return name;
            }
        }
        return "";
    }
}
