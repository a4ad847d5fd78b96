package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;

/**
 * What the picture of a disk shows, whether the disk is here or in an image.
 *
 * @param model the model, or the path where it is unknown
 * @param serial the serial number, empty where unknown
 * @param facts bus and path, or what else is known
 * @param sizeBytes the disk's size
 * @param badges what to know of the whole disk, in words
 * @param findings what is wrong with it or could not be read, a sentence each
 * @param parts its partitions by their place on the disk
 */
public record DiskPicture(
        String model,
        String serial,
        String facts,
        long sizeBytes,
        List<String> badges,
        List<String> findings,
        List<Part> parts) {
    private static final int SHORTEST_MODEL = 8;

    /**
     * A partition, or the volume on a disk without partitions.
     *
     * @param number its number, 0 if it has none
     * @param onDisk where it lies
     * @param usedBytes the share in use, empty if unknown
     * @param name the volume's label, or the type of the partition
     * @param fileSystem what is in it, empty if unknown
     * @param badges what to know of it, in words
     */
    public record Part(
            int number, Extent onDisk, OptionalLong usedBytes, String name, String fileSystem, List<String> badges) {
        public Part {
            badges = List.copyOf(badges);
        }

        /** The number and the name. */
        public String caption() {
            return number == 0 ? name : (number + " " + name).strip();
        }

        /** File system, size and share in use. */
        public String figures() {
            List<String> words = new ArrayList<>();
            if (!fileSystem.isEmpty() && !fileSystem.equals(name)) {
                words.add(fileSystem);
            }
            words.add(ByteCount.text(onDisk.length()));
            if (usedBytes.isPresent() && onDisk.length() > 0) {
                words.add(Math.round(100.0 * usedBytes.getAsLong() / onDisk.length()) + "% used");
            }
            return String.join(", ", words);
        }
    }

    public DiskPicture {
        badges = List.copyOf(badges);
        findings = List.copyOf(findings);
        parts = parts.stream()
                .sorted(Comparator.comparingLong(part -> part.onDisk().start()))
                .toList();
    }

    public static DiskPicture of(DiskInfo disk) {
        List<String> badges = new ArrayList<>();
        if (disk.bootMedium()) {
            badges.add("this stick");
        } else {
            disk.inUseReason().ifPresent(reason -> badges.add("in use: " + reason));
        }
        if (disk.readOnly()) {
            badges.add("read-only");
        }
        return new DiskPicture(
                name(disk), disk.serial(), facts(disk), disk.sizeBytes(), badges, disk.findings(), parts(disk));
    }

    private static List<Part> parts(DiskInfo disk) {
        if (disk.partitions().isEmpty()) {
            return disk.wholeDiskVolume()
                    .filter(volume -> volume.type() != FileSystemType.EMPTY && disk.sizeBytes() > 0)
                    .map(volume -> List.of(new Part(
                            0,
                            new Extent(0, disk.sizeBytes()),
                            OptionalLong.empty(),
                            volume.label().isEmpty() ? volume.type().label() : volume.label(),
                            volume.type().label(),
                            states(volume))))
                    .orElse(List.of());
        }
        return disk.partitions().stream()
                .filter(partition -> partition.partition().kind() != PartitionKind.EXTENDED)
                .map(DiskPicture::part)
                .toList();
    }

    private static Part part(PartitionInfo info) {
        List<String> badges = new ArrayList<>();
        if (info.partition().bootable() || isEfiSystem(info.partition().typeName())) {
            badges.add("boot");
        }
        info.volume().ifPresent(volume -> badges.addAll(states(volume)));
        info.mounts().forEach(mount -> badges.add("mounted"));
        return new Part(
                info.number(),
                info.partition().extent(),
                info.usedBytes(),
                name(
                        info.volume().map(VolumeInfo::label).orElse(""),
                        info.partition().name(),
                        info.partition().typeName()),
                info.volume()
                        .filter(volume -> volume.type() != FileSystemType.UNKNOWN)
                        .map(volume -> volume.type().label())
                        .orElse(""),
                badges.stream().distinct().toList());
    }

    private static boolean isEfiSystem(String typeName) {
        return typeName.toLowerCase(Locale.ROOT).contains("efi system");
    }

    private static String name(String volumeLabel, String tableName, String typeName) {
        String given = volumeLabel.isBlank() ? tableName : volumeLabel;
        return given.isBlank() ? typeName : given;
    }

    private static List<String> states(VolumeInfo volume) {
        return volume.states().stream().sorted().map(DiskPicture::word).toList();
    }

    private static String word(VolumeState state) {
        return switch (state) {
            case DIRTY -> "dirty";
            case HIBERNATED -> "hibernated";
            case BITLOCKER_LOCKED -> "BitLocker, locked";
            case NEEDS_JOURNAL_REPLAY -> "journal not replayed";
            case HAS_ERRORS -> "has errors";
            case RESIZE_PENDING -> "resize pending";
        };
    }

    /** The disk that an image is of, as it will lie on a target of some size. */
    public static DiskPicture restored(ImageDescription description, DiskInfo target) {
        List<Part> parts = new ArrayList<>();
        for (ImageDescription.Stream stream : description.streams()) {
            stream.partition()
                    .ifPresent(partition -> parts.add(new Part(
                            partition.number(),
                            stream.onDisk(),
                            OptionalLong.of(stream.usedBytes()),
                            name(partition.volume().label(), partition.name(), partition.typeName()),
                            partition.volume().fileSystem(),
                            partition.volume().states())));
        }
        for (ImageDescription.Partition left : description.omitted()) {
            parts.add(new Part(
                    left.number(),
                    left.extent(),
                    OptionalLong.empty(),
                    name("", left.name(), left.typeName()),
                    "",
                    List.of("not in the image")));
        }
        return new DiskPicture(
                name(target), target.serial(), facts(target), target.sizeBytes(), List.of(), List.of(), parts);
    }

    private static String name(DiskInfo disk) {
        return disk.model().isBlank() ? disk.path() : disk.model();
    }

    private static String facts(DiskInfo disk) {
        String path = disk.model().isBlank() ? "" : disk.path();
        return (busName(disk.bus()) + "  " + path).strip();
    }

    /** What a person knows the disk by in so many columns. Of what does not fit the model is cut, not the serial number. */
    public String title(int columns) {
        String size = ", " + Sizes.asSold(sizeBytes);
        String rest = size + (serial.isBlank() ? "" : ", serial " + Text.clean(serial));
        int room = Math.max(SHORTEST_MODEL, columns - Text.width(rest));
        return Text.fit(Text.fit(Text.clean(model), room) + rest, columns);
    }

    private static String busName(String bus) {
        return switch (bus) {
            case "nvme" -> "NVMe";
            case "virtio", "loop", "file" -> bus;
            default -> bus.toUpperCase(Locale.ROOT);
        };
    }
}
