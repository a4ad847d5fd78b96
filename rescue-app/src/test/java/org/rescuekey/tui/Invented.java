package org.rescuekey.tui;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageLink;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Mount;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** A machine, places and images that do not exist, for tests of the text UI. */
public final class Invented {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private Invented() {}

    /** A Windows PC: its disk, a new and smaller empty one, a disk for images, and the stick. */
    public static Machine machine() {
        return new Machine(
                "Dell OptiPlex 7050", "UEFI", true, 16_675_000_000L, List.of(windows(), empty(), backup(), stick()));
    }

    public static DiskInfo windows() {
        return disk(
                "/dev/nvme0n1",
                "Samsung SSD 970 EVO Plus 500GB",
                "S4EVNX0N123456A",
                "nvme",
                500_107_862_016L,
                List.of(
                        partition(
                                "/dev/nvme0n1p1",
                                1,
                                MIB,
                                100 * MIB,
                                "EFI system",
                                volume(FileSystemType.FAT32, "SYSTEM"),
                                31 * MIB),
                        partition("/dev/nvme0n1p2", 2, 101 * MIB, 16 * MIB, "Microsoft reserved", null, -1),
                        partition(
                                "/dev/nvme0n1p3",
                                3,
                                117 * MIB,
                                465 * GIB,
                                "Microsoft basic data",
                                volume(FileSystemType.NTFS, "Windows", VolumeState.HIBERNATED),
                                126 * GIB),
                        partition(
                                "/dev/nvme0n1p4",
                                4,
                                465 * GIB + 117 * MIB,
                                650 * MIB,
                                "Windows recovery",
                                volume(FileSystemType.NTFS, "Recovery"),
                                512 * MIB)),
                List.of(),
                false);
    }

    public static DiskInfo empty() {
        return disk(
                "/dev/sda",
                "Crucial CT1000MX500SSD1",
                "2045E4C1A0B7",
                "sata",
                1_000_204_886_016L,
                List.of(),
                List.of(),
                false);
    }

    public static DiskInfo backup() {
        return disk(
                "/dev/sdb",
                "WDC WD20EZRZ-00Z5HB0",
                "WD-WCC4N7KXJ1C9",
                "usb",
                2_000_398_934_016L,
                List.of(partition(
                        "/dev/sdb1",
                        1,
                        MIB,
                        1863 * GIB,
                        "Microsoft basic data",
                        volume(FileSystemType.NTFS, "Backup"),
                        700 * GIB)),
                List.of(),
                false);
    }

    public static DiskInfo stick() {
        return disk(
                "/dev/sdc",
                "SanDisk Ultra Fit",
                "4C530001230512117393",
                "usb",
                30_752_000_000L,
                List.of(partition(
                        "/dev/sdc1",
                        1,
                        0,
                        220 * MIB,
                        "Rescue Key",
                        volume(FileSystemType.ISO9660, "RESCUEKEY"),
                        220 * MIB)),
                List.of(new Mount("/dev/sdc1", "/run/medium", "iso9660", true)),
                true);
    }

    public static List<Place> places() {
        return List.of(
                new Place(
                        "/dev/nvme0n1p3",
                        "Windows, Samsung SSD 970 EVO Plus",
                        "ntfs",
                        465 * GIB,
                        0,
                        "/dev/nvme0n1",
                        false),
                new Place("/dev/sdb1", "Backup, WDC WD20EZRZ", "ntfs", 1863 * GIB, 1163 * GIB, "/dev/sdb", false),
                new Place("/mnt/nas", "nas:/images", "nfs", 8000 * GIB, 90 * GIB, "", true));
    }

    public static List<ImageFacts> images() {
        return List.of(
                image(
                        "/mnt/sdb1/Samsung-SSD-970/5ad01f00/003-full-2026-11-20-2210.rki",
                        "2026-11-20T22:10:00Z",
                        ImageFacts.State.COMPLETE,
                        ""),
                image(
                        "/mnt/sdb1/Samsung-SSD-970/5ad01f00/002-full-2026-10-02-0815.rki",
                        "2026-10-02T08:15:00Z",
                        ImageFacts.State.COMPLETE_WITH_UNREADABLE,
                        "48 sectors of the disk could not be read."),
                image(
                        "/mnt/sdb1/Samsung-SSD-970/5ad01f00/001-full-2026-09-01-1902.rki",
                        "2026-09-01T19:02:00Z",
                        ImageFacts.State.INCOMPLETE,
                        "It has no footer: the capture did not come to its end."),
                new ImageFacts(
                        "/mnt/sdb1/old/thesis.rki",
                        "",
                        "",
                        ImageFacts.State.DAMAGED,
                        "It does not begin as an image does.",
                        null,
                        4711,
                        0));
    }

    private static ImageFacts image(String path, String created, ImageFacts.State state, String problem) {
        ImageLineage lineage = new ImageLineage(
                "5ad01f00-0000-4000-8000-000000000000",
                ImageKind.FULL,
                new ImageLink(new UUID(15, path.hashCode()), Hash.NONE, path),
                Optional.empty(),
                AbsorbedImages.NONE,
                Instant.parse(created));
        ImageDescription description = description("OptiPlex 7050", windows(), Instant.parse(created));
        return new ImageFacts(path, "0f0e", "aa55", state, problem, description, 71 * GIB, 127 * GIB, lineage);
    }

    /** What an image says of a disk. */
    static ImageDescription description(String machine, DiskInfo disk, Instant created) {
        List<ImageDescription.Stream> streams = new ArrayList<>();
        streams.add(new ImageDescription.Stream(0, new Extent(0, disk.sizeBytes()), 2 * MIB, Optional.empty()));
        for (PartitionInfo partition : disk.partitions()) {
            VolumeInfo volume = partition.volume().orElse(null);
            ImageDescription.Volume held = volume == null
                    ? new ImageDescription.Volume("", "", "", List.of(), "")
                    : new ImageDescription.Volume(volume.type().label(), volume.label(), "", List.of(), "");
            streams.add(new ImageDescription.Stream(
                    partition.number(),
                    partition.partition().extent(),
                    partition.usedBytes().orElse(16 * MIB),
                    Optional.of(new ImageDescription.Partition(
                            "ID-" + partition.number(),
                            partition.number(),
                            partition.partition().extent(),
                            "TYPE",
                            partition.partition().typeName(),
                            "",
                            held))));
        }
        return new ImageDescription(
                "Rescue Key 0.1.0",
                machine,
                created,
                new ImageDescription.Disk(disk.model(), disk.serial(), "", "nvme", disk.sizeBytes(), 512, 512),
                new ImageDescription.Table("gpt", "GUID", ""),
                streams,
                List.of(),
                List.of());
    }

    private static VolumeInfo volume(FileSystemType type, String label, VolumeState... states) {
        return new VolumeInfo(type, label, "", 4096, 0, Set.of(states), List.of());
    }

    private static PartitionInfo partition(
            String path,
            int number,
            long start,
            long length,
            String typeName,
            @Nullable VolumeInfo volume,
            long usedBytes) {
        Partition entry = new Partition(
                number, new Extent(start, length), PartitionKind.GPT, "TYPE", typeName, "ID-" + number, "", 0, false);
        return new PartitionInfo(
                number,
                path,
                entry,
                Optional.ofNullable(volume),
                usedBytes < 0 ? OptionalLong.empty() : OptionalLong.of(usedBytes),
                List.of(),
                List.of());
    }

    static DiskInfo disk(
            String path,
            String model,
            String serial,
            String bus,
            long sizeBytes,
            List<PartitionInfo> partitions,
            List<Mount> mounts,
            boolean bootMedium) {
        return new DiskInfo(
                path,
                path.substring("/dev/".length()),
                model,
                serial,
                "",
                bus,
                bus.equals("usb"),
                false,
                false,
                sizeBytes,
                SectorSize.SECTOR_512,
                SectorSize.SECTOR_512,
                partitions.isEmpty() ? Optional.empty() : Optional.of("gpt"),
                "",
                "ab12",
                partitions,
                Optional.empty(),
                List.of(),
                mounts,
                bootMedium,
                List.of());
    }
}
