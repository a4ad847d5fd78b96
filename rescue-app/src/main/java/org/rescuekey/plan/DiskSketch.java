package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntFunction;
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
        Part as(Fate other) {
            return new Part(number, onDisk, name, fileSystem, usedBytes, other);
        }

        Part at(int otherNumber, Extent otherPlace, Fate other) {
            return new Part(otherNumber, otherPlace, name, fileSystem, usedBytes, other);
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
        List<Step.WriteStream> writes = plan.steps().stream()
                .filter(Step.WriteStream.class::isInstance)
                .map(Step.WriteStream.class::cast)
                .toList();
        boolean isWhole = writes.stream().anyMatch(write -> write.stream() == 0);
        DiskSketch source = of("The disk in the image", image);
        DiskSketch before = of(
                "The target before",
                target,
                number -> isWhole || isWritten(target, number, writes) ? Fate.LOST : Fate.STAYS);
        List<Part> after = new ArrayList<>();
        if (!isWhole) {
            before.parts().stream().filter(part -> part.fate() == Fate.STAYS).forEach(after::add);
        }
        Map<Long, Integer> numbers = new java.util.TreeMap<>();
        before.parts().forEach(part -> numbers.put(part.onDisk().start(), part.number()));
        for (Step.WriteStream write : writes) {
            source.parts().stream()
                    .filter(part -> part.number() == write.stream() && part.number() != 0)
                    .forEach(part -> after.add(part.at(
                            isWhole
                                    ? part.number()
                                    : numbers.getOrDefault(write.onTarget().start(), part.number()),
                            write.onTarget(),
                            Fate.WRITTEN)));
        }
        return List.of(
                source, before, new DiskSketch("The target afterwards", target.label(), target.sizeBytes(), after));
    }

    private static boolean isWritten(DiskInfo target, int number, List<Step.WriteStream> writes) {
        return target.partitions().stream()
                .filter(info -> info.number() == number)
                .anyMatch(info -> writes.stream()
                        .anyMatch(write ->
                                write.onTarget().overlaps(info.partition().extent())));
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
