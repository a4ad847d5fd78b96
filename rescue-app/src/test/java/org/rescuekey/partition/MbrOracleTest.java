package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.partition.Tables.MIB;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.error.RefusedException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** MBRs with logical partitions against sfdisk, and boot sectors of real file systems that must not be taken for one. */
class MbrOracleTest {
    private static final String WITH_LOGICALS = """
            label: dos
            label-id: 0x1A2B3C4D
            disk1 : size=10MiB, type=7, bootable
            disk2 : size=60MiB, type=f
            disk5 : size=5MiB, type=83
            disk6 : size=6MiB, type=b
            disk7 : size=7MiB, type=82
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void makeDisk() throws Exception {
        file = Tables.sparseFile(folder.resolve("disk"), 100 * MIB);
    }

    @Test
    void readsWhatSfdiskMade() throws Exception {
        ExternalTool.sfdisk(file, WITH_LOGICALS);
        try (BlockDevice disk = FileDevice.openReadOnly(file, SectorSize.SECTOR_512)) {
            TableReading reading = PartitionTables.read(disk);

            assertThat(reading.findings()).isEmpty();
            assertThat(reading.needsRepair()).isFalse();
            PartitionTable table = reading.table().orElseThrow();
            assertThat(table.kind()).isEqualTo("mbr");
            assertThat(table.diskIdentity()).isEqualTo("1a2b3c4d");
            assertThat(table.partitions()).extracting(Partition::number).containsExactly(1, 2, 5, 6, 7);
            assertThat(table.partitions())
                    .extracting(Partition::kind)
                    .containsExactly(
                            PartitionKind.PRIMARY,
                            PartitionKind.EXTENDED,
                            PartitionKind.LOGICAL,
                            PartitionKind.LOGICAL,
                            PartitionKind.LOGICAL);
            assertThat(table.partitions())
                    .extracting(Partition::typeId)
                    .containsExactly("0x07", "0x0f", "0x83", "0x0b", "0x82");
            assertThat(table.partitions())
                    .extracting(Partition::bootable)
                    .containsExactly(true, false, false, false, false);
            assertThat(table.partitions().get(0).identity()).isEqualTo("1a2b3c4d-2048");
            assertThat(table.partitions().get(2).extent()).isEqualTo(new Extent(12 * MIB, 5 * MIB));
            assertThat(table.partitions().get(4).extent()).isEqualTo(new Extent(25 * MIB, 7 * MIB));
            assertThat(table.tableExtents().totalBytes()).isEqualTo(4 * 512);
        }
    }

    @Test
    void writesTheSameBytes() throws Exception {
        ExternalTool.sfdisk(file, WITH_LOGICALS);
        Path written = Tables.sparseFile(folder.resolve("written"), 100 * MIB);
        try (BlockDevice source = FileDevice.openReadOnly(file, SectorSize.SECTOR_512);
                BlockDevice target = FileDevice.open(written, SectorSize.SECTOR_512)) {
            Tables.apply(Tables.read(source), target);
        }
        assertThat(ExternalTool.run("", "sfdisk", "--verify", written.toString()))
                .contains("No errors detected");
        assertThat(ExternalTool.dump(written)).isEqualTo(ExternalTool.dump(file));
        ExternalTool.run("", "cmp", file.toString(), written.toString());
    }

    @Test
    void keepsTheBootCode() throws Exception {
        ExternalTool.sfdisk(file, WITH_LOGICALS);
        try (BlockDevice disk = FileDevice.open(file, SectorSize.SECTOR_512)) {
            Tables.poke(disk, 0, 0x33, 0xC0, 0x8E, 0xD0);
            Tables.poke(disk, 439, 0x77);
            PartitionTable table = Tables.read(disk);
            TableWrite last = table.writes().getLast();
            assertThat(last.offsetBytes()).isZero();
            assertThat(last.bytes()[0]).isEqualTo((byte) 0x33);
            assertThat(last.bytes()[439]).isEqualTo((byte) 0x77);
        }
    }

    @Test
    void refusesADiskThatIsTooSmallByTheExactNumberOfBytes() throws Exception {
        ExternalTool.sfdisk(file, WITH_LOGICALS);
        try (BlockDevice disk = FileDevice.openReadOnly(file, SectorSize.SECTOR_512)) {
            PartitionTable table = Tables.read(disk);
            assertThat(table.forDiskOf(71 * MIB).partitions()).isEqualTo(table.partitions());
            assertThatThrownBy(() -> table.forDiskOf(71 * MIB - 512))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal -> assertThat(refusal.reason()).contains(": 512 bytes too few"));
        }
    }

    @Test
    @Tag("loop")
    void agreesOnSectorsOf4096Bytes() throws Exception {
        String loop = ExternalTool.run("", "losetup", "--show", "-f", "-b", "4096", file.toString())
                .strip();
        try {
            ExternalTool.sfdisk(Path.of(loop), WITH_LOGICALS);
        } finally {
            ExternalTool.run("", "losetup", "-d", loop);
        }
        try (BlockDevice disk = FileDevice.openReadOnly(file, SectorSize.SECTOR_4096)) {
            PartitionTable table = Tables.read(disk);
            assertThat(table.partitions().get(0).extent()).isEqualTo(new Extent(MIB, 10 * MIB));
            assertThat(table.partitions().get(3).extent()).isEqualTo(new Extent(18 * MIB, 6 * MIB));
        }
    }

    @Test
    void anExtendedPartitionWithoutLogicalOnesIsEmpty() throws Exception {
        ExternalTool.sfdisk(file, "label: dos\nsize=10MiB, type=7\nsize=60MiB, type=5\n");
        try (BlockDevice disk = FileDevice.open(file, SectorSize.SECTOR_512)) {
            assertThat(Tables.read(disk).partitions()).hasSize(2);
            disk.zero(new Extent(11 * MIB, 512));
            assertThat(Tables.read(disk).partitions()).hasSize(2);
            Tables.poke(disk, 11 * MIB + 7, 1);
            assertThat(PartitionTables.read(disk).table()).isEmpty();
        }
    }

    @Test
    void anMbrWithoutPartitionsIsATable() throws Exception {
        ExternalTool.sfdisk(file, "label: dos\nlabel-id: 0x00000042\n");
        try (BlockDevice disk = FileDevice.openReadOnly(file, SectorSize.SECTOR_512)) {
            TableReading reading = PartitionTables.read(disk);
            assertThat(reading.table().orElseThrow().partitions()).isEmpty();
            assertThat(reading.table().orElseThrow().diskIdentity()).isEqualTo("00000042");
            assertThat(reading.findings()).containsExactly("The MBR names no partition.");
        }
    }

    @Test
    void fileSystemsOnTheWholeDiskAreNoTable() throws Exception {
        for (String[] maker : new String[][] {
            {"mkfs.fat", "-F", "16"}, {"mkfs.fat", "-F", "32"}, {"mkfs.fat", "-F", "12"}, {"mkntfs", "-q", "-Q", "-F"}
        }) {
            Path volume = Tables.sparseFile(folder.resolve("volume"), 100 * MIB);
            String[] command = Arrays.copyOf(maker, maker.length + 1);
            command[maker.length] = volume.toString();
            ExternalTool.run("", command);
            try (BlockDevice disk = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
                assertThat(Tables.peek(disk, 510)).isEqualTo(0x55);
                TableReading reading = PartitionTables.read(disk);
                assertThat(reading.table()).as(String.join(" ", maker)).isEmpty();
                assertThat(reading.findings())
                        .containsExactly("The disk holds a file system without a partition table.");
                assertThat(reading.needsRepair()).isFalse();
            }
        }
    }

    @Test
    void anMbrCountsBeforeAnOldGpt() throws Exception {
        ExternalTool.sfdisk(file, "label: gpt\nsize=10MiB\n");
        ExternalTool.sfdisk(file, "label: dos\nsize=10MiB, type=7\n");
        try (BlockDevice disk = FileDevice.openReadOnly(file, SectorSize.SECTOR_512)) {
            assertThat(Tables.read(disk).kind()).isEqualTo("mbr");
        }
    }
}
