package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.partition.Tables.MIB;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** GPTs against sgdisk and sfdisk, in both directions. */
class GptOracleTest {
    private static final String WINDOWS_LIKE = """
            label: gpt
            size=100MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name="EFI system partition"
            size=16MiB, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE
            size=200MiB, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, name="Grüße, C:"
            size=50MiB, type=DE94BBA4-06D1-4D40-A16A-BFD50179D6AC, attrs="RequiredPartition GUID:63"
            """;

    @TempDir
    private Path folder;

    private Path disk(long sizeBytes) throws Exception {
        return Tables.sparseFile(folder.resolve("disk"), sizeBytes);
    }

    @Test
    void readsWhatSfdiskMade() throws Exception {
        Path file = disk(512 * MIB);
        ExternalTool.sfdisk(file, WINDOWS_LIKE);
        try (BlockDevice disk = FileDevice.openReadOnly(file, SectorSize.SECTOR_512)) {
            TableReading reading = PartitionTables.read(disk);

            assertThat(reading.findings()).isEmpty();
            assertThat(reading.needsRepair()).isFalse();
            PartitionTable table = reading.table().orElseThrow();
            assertThat(ExternalTool.dump(file)).contains("label-id: " + table.diskIdentity());
            assertThat(table.partitions())
                    .extracting(Partition::typeName)
                    .containsExactly("EFI system", "Microsoft reserved", "Microsoft basic data", "Windows recovery");
            assertThat(table.partitions().get(0).extent()).isEqualTo(new Extent(MIB, 100 * MIB));
            assertThat(table.partitions().get(2).name()).isEqualTo("Grüße, C:");
            assertThat(table.partitions().get(3).attributes()).isEqualTo(0x8000_0000_0000_0001L);
            for (Partition partition : table.partitions()) {
                assertThat(ExternalTool.dump(file))
                        .contains("start="
                                + String.format("%12d", partition.extent().start() / 512))
                        .contains("type=" + partition.typeId() + ", uuid=" + partition.identity());
            }
        }
    }

    @Test
    void readsWhatSgdiskMade() throws Exception {
        Path file = disk(64 * MIB);
        ExternalTool.sgdisk(
                file,
                "--set-alignment=1",
                "-n",
                "3:34:50",
                "-t",
                "3:ef02",
                "-n",
                "7:60:+9M",
                "-c",
                "7:home",
                "-A",
                "7:set:2");
        try (BlockDevice disk = FileDevice.openReadOnly(file, SectorSize.SECTOR_512)) {
            TableReading reading = PartitionTables.read(disk);

            assertThat(reading.findings()).isEmpty();
            List<Partition> partitions = reading.table().orElseThrow().partitions();
            assertThat(partitions).extracting(Partition::number).containsExactly(3, 7);
            assertThat(partitions.get(0).typeName()).isEqualTo("BIOS boot");
            assertThat(partitions.get(0).extent()).isEqualTo(Extent.between(34 * 512, 51 * 512));
            assertThat(partitions.get(1).name()).isEqualTo("home");
            assertThat(partitions.get(1).bootable()).isTrue();
            assertThat(partitions.get(0).bootable()).isFalse();
        }
    }

    @Test
    void writesWhatSgdiskAndSfdiskFindSound() throws Exception {
        Path file = disk(512 * MIB);
        ExternalTool.sfdisk(file, WINDOWS_LIKE);
        Path written = Tables.sparseFile(folder.resolve("written"), 512 * MIB);
        try (BlockDevice source = FileDevice.openReadOnly(file, SectorSize.SECTOR_512);
                BlockDevice target = FileDevice.open(written, SectorSize.SECTOR_512)) {
            Tables.apply(Tables.read(source), target);
        }
        assertThat(ExternalTool.sgdisk(written, "-v")).contains("No problems found");
        assertThat(ExternalTool.run("", "sfdisk", "--verify", written.toString()))
                .contains("No errors detected");
        assertThat(ExternalTool.dump(written)).isEqualTo(ExternalTool.dump(file));
        ExternalTool.run("", "cmp", file.toString(), written.toString());
    }

    @Test
    void writesTheSameBytesAsSgdiskForManyEntries() throws Exception {
        Path file = disk(64 * MIB);
        ExternalTool.sgdisk(file, "--resize-table=300", "-n", "1:0:+8M", "-n", "299:0:0");
        Path written = Tables.sparseFile(folder.resolve("written"), 64 * MIB);
        try (BlockDevice source = FileDevice.openReadOnly(file, SectorSize.SECTOR_512);
                BlockDevice target = FileDevice.open(written, SectorSize.SECTOR_512)) {
            Tables.apply(Tables.read(source), target);
        }
        ExternalTool.run("", "cmp", file.toString(), written.toString());
    }

    @Test
    void fitsALargerDisk() throws Exception {
        assertFits(512 * MIB, 700 * MIB + 512);
    }

    @Test
    void fitsASmallerDisk() throws Exception {
        assertFits(512 * MIB, 380 * MIB);
    }

    private void assertFits(long sourceBytes, long targetBytes) throws Exception {
        Path file = disk(sourceBytes);
        ExternalTool.sfdisk(file, WINDOWS_LIKE);
        Path fitted = Tables.sparseFile(folder.resolve("fitted"), targetBytes);
        try (BlockDevice source = FileDevice.openReadOnly(file, SectorSize.SECTOR_512);
                BlockDevice target = FileDevice.open(fitted, SectorSize.SECTOR_512)) {
            PartitionTable table = Tables.read(source);
            PartitionTable moved = table.forDiskOf(targetBytes);
            assertThat(moved.partitions()).isEqualTo(table.partitions());
            assertThat(moved.diskIdentity()).isEqualTo(table.diskIdentity());
            Tables.apply(moved, target);
            assertThat(PartitionTables.read(target).findings()).isEmpty();
        }
        assertThat(ExternalTool.sgdisk(fitted, "-v")).contains("No problems found");
        String withoutLastUsable = "(?m)^last-lba:.*\n";
        assertThat(ExternalTool.dump(fitted).replaceFirst(withoutLastUsable, ""))
                .isEqualTo(ExternalTool.dump(file).replaceFirst(withoutLastUsable, ""));
        assertThat(ExternalTool.dump(fitted)).contains("last-lba: " + (targetBytes / 512 - 34));
        assertThat(ExternalTool.run("", "sfdisk", "--list", fitted.toString())).doesNotContain("PMBR size mismatch");
    }

    @Test
    void repairsWhatSgdiskFindsWrong() throws Exception {
        Path file = disk(512 * MIB);
        ExternalTool.sfdisk(file, WINDOWS_LIKE);
        String before = ExternalTool.dump(file);
        try (BlockDevice disk = FileDevice.open(file, SectorSize.SECTOR_512)) {
            Tables.poke(disk, 512 + 0x18, 0xFF);
            TableReading reading = PartitionTables.read(disk);
            assertThat(reading.needsRepair()).isTrue();
            Tables.apply(reading.table().orElseThrow().forDiskOf(disk.sizeBytes()), disk);
        }
        assertThat(ExternalTool.sgdisk(file, "-v")).contains("No problems found");
        assertThat(ExternalTool.dump(file)).isEqualTo(before);
    }

    @Test
    @Tag("loop")
    void agreesOnSectorsOf4096Bytes() throws Exception {
        Path file = disk(512 * MIB);
        Path fitted = Tables.sparseFile(folder.resolve("fitted"), 600 * MIB);
        String dumpBefore = onLoopDevice(file, loop -> {
            ExternalTool.sfdisk(loop, WINDOWS_LIKE);
            return ExternalTool.dump(loop);
        });
        try (BlockDevice source = FileDevice.openReadOnly(file, SectorSize.SECTOR_4096);
                BlockDevice target = FileDevice.open(fitted, SectorSize.SECTOR_4096)) {
            TableReading reading = PartitionTables.read(source);
            assertThat(reading.findings()).isEmpty();
            PartitionTable table = reading.table().orElseThrow();
            assertThat(table.partitions().get(1).extent()).isEqualTo(new Extent(101 * MIB, 16 * MIB));
            Tables.apply(table.forDiskOf(target.sizeBytes()), target);
        }
        String dumpAfter = onLoopDevice(fitted, loop -> {
            assertThat(ExternalTool.sgdisk(loop, "-v")).contains("No problems found");
            return ExternalTool.dump(loop);
        });
        assertThat(dumpAfter.replaceFirst("last-lba:.*", "")).isEqualTo(dumpBefore.replaceFirst("last-lba:.*", ""));
    }

    private interface OnLoop {
        String run(Path loop) throws Exception;
    }

    private static String onLoopDevice(Path file, OnLoop action) throws Exception {
        Path loop = Path.of(ExternalTool.run("", "losetup", "--show", "-f", "-b", "4096", file.toString())
                .strip());
        try {
            return action.run(loop).replace(loop.toString(), "disk");
        } finally {
            ExternalTool.run("", "losetup", "-d", loop.toString());
        }
    }
}
