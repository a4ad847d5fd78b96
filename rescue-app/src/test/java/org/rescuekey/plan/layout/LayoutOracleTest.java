package org.rescuekey.plan.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.plan.layout.LayoutDisks.MIB;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.MadeTables;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.units.SectorSize;

/** Tables of other sizes and identities against sgdisk and sfdisk, which made the disk and judge the result. */
class LayoutOracleTest {
    private static final long GIB = 1024 * MIB;

    private static final String LIKE_WINDOWS = """
            label: gpt
            label-id: 11111111-2222-4333-8444-555555555555
            disk1 : size=100MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=AAAAAAAA-0000-4000-8000-000000000001, name="EFI system partition", attrs="GUID:63"
            disk2 : size=16MiB, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE, uuid=AAAAAAAA-0000-4000-8000-000000000002, name="Microsoft reserved partition", attrs="GUID:63"
            disk3 : size=20000MiB, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, uuid=AAAAAAAA-0000-4000-8000-000000000003, name="Basic data partition"
            disk4 : size=600MiB, type=DE94BBA4-06D1-4D40-A16A-BFD50179D6AC, uuid=AAAAAAAA-0000-4000-8000-000000000004, name="", attrs="RequiredPartition GUID:63"
            """;

    private static final String WITH_LOGICALS = """
            label: dos
            label-id: 0x1A2B3C4D
            disk1 : size=500MiB, type=7, bootable
            disk2 : size=4000MiB, type=7
            disk3 : size=12000MiB, type=f
            disk4 : size=450MiB, type=27
            disk5 : size=3000MiB, type=7
            disk6 : size=4000MiB, type=83
            disk7 : size=2000MiB, type=82
            """;

    @TempDir
    private Path folder;

    @Test
    void windowsGrowsAndItsRecoveryPartitionGoesBehindIt() throws Exception {
        PartitionTable source = made(LIKE_WINDOWS, 22 * GIB);
        Layout layout = plan(source, 40 * GIB, Wish.FILL);

        assertThat(layout.places())
                .extracting(Layout.Place::change)
                .containsExactly(VolumeChange.SAME, VolumeChange.SAME, VolumeChange.GROW, VolumeChange.SAME);
        assertThat(layout.places()).extracting(Layout.Place::isMoved).containsExactly(false, false, false, true);
        Layout.Place windows = layout.place(3).orElseThrow();
        Layout.Place recovery = layout.place(4).orElseThrow();
        assertThat(recovery.after().start()).isEqualTo(windows.after().end());
        assertThat(recovery.after().end()).isBetween(40 * GIB - 2 * MIB, 40 * GIB - 33 * 512);
        assertSound(layout, 40 * GIB);
        assertSameButPlaces(layout, 40 * GIB);
    }

    @Test
    void windowsShrinksOntoASmallerDisk() throws Exception {
        PartitionTable source = made(LIKE_WINDOWS, 22 * GIB);
        Layout layout = plan(source, 10 * GIB, Wish.FILL);
        assertThat(layout.places())
                .extracting(Layout.Place::change)
                .containsExactly(VolumeChange.SAME, VolumeChange.SAME, VolumeChange.SHRINK, VolumeChange.SAME);
        assertThat(layout.unusedBytes()).isLessThan(2 * MIB);
        assertSound(layout, 10 * GIB);
        assertSameButPlaces(layout, 10 * GIB);
    }

    @Test
    void logicalPartitionsAreLaidOutAnew() throws Exception {
        PartitionTable source = made(WITH_LOGICALS, 20 * GIB);
        for (long targetGib : new long[] {8, 15, 20, 50}) {
            for (Wish wish : List.of(Wish.FILL, Wish.PROPORTIONAL)) {
                Layout layout = plan(source, targetGib * GIB, wish);
                assertSound(layout, targetGib * GIB);
                assertSameButPlaces(layout, targetGib * GIB);
                assertThat(layout.unusedBytes()).isLessThan(2 * MIB);
            }
        }
    }

    @Test
    void sizesByHandOnBothKindsOfTables() throws Exception {
        for (String script : List.of(LIKE_WINDOWS, WITH_LOGICALS)) {
            PartitionTable source = made(script, 22 * GIB);
            int number = script.equals(LIKE_WINDOWS) ? 3 : 6;
            long size = (number == 3 ? 15_000 : 3500) * MIB;
            Layout layout = plan(source, 21 * GIB, new Wish.ByHand(Map.of(number, size)));
            assertThat(layout.place(number).orElseThrow().after().length()).isEqualTo(size);
            assertSound(layout, 21 * GIB);
            assertSameButPlaces(layout, 21 * GIB);
        }
    }

    @Test
    void newIdentitiesAreOnTheDisk() throws Exception {
        IdentitySource fresh = new SeededIdentities(new byte[16], "test");
        PartitionTable gpt = made(LIKE_WINDOWS, 22 * GIB);
        Layout layout = plan(gpt, 30 * GIB, Wish.FILL);
        Layout renewed = layout.withIdentities(Identities.fresh(gpt, fresh));
        assertSound(renewed, 30 * GIB);
        Path file = written(renewed, 30 * GIB);
        assertThat(MadeTables.run("", "sgdisk", "-p", file.toString()))
                .contains(fresh.guid("disk").toString().toUpperCase(java.util.Locale.ROOT));
        List<String> uuids = Stream.of(1, 2, 3, 4)
                .map(number -> fresh.guid("partition " + number))
                .map(UUID::toString)
                .map(text -> text.toUpperCase(java.util.Locale.ROOT))
                .toList();
        assertThat(MadeTables.run("", "sfdisk", "--dump", file.toString())).contains(uuids);
        assertThat(renewed.hasNewIdentities()).isTrue();
        assertThat(renewed.identityChanges()).hasSize(4);

        PartitionTable mbr = made(WITH_LOGICALS, 20 * GIB);
        Layout signed = plan(mbr, 20 * GIB, Wish.AS_IS).withIdentities(Identities.fresh(mbr, fresh));
        assertSound(signed, 20 * GIB);
        assertThat(MadeTables.run(
                        "", "sfdisk", "--disk-id", written(signed, 20 * GIB).toString()))
                .containsIgnoringCase(Integer.toHexString(fresh.mbrSignature()));
        assertThat(signed.identityChanges()).hasSize(6);
    }

    private PartitionTable made(String script, long bytes) throws Exception {
        Path file = sparse("source", bytes);
        MadeTables.run(script, "sfdisk", "--quiet", "--no-tell-kernel", "--no-reread", "--wipe=never", file.toString());
        try (BlockDevice disk = FileDevice.openReadOnly(file, SectorSize.SECTOR_512)) {
            return PartitionTables.read(disk).table().orElseThrow();
        }
    }

    private static Layout plan(PartitionTable table, long targetBytes, Wish wish) throws RescueException {
        List<PartitionNeed> needs = new ArrayList<>();
        for (Partition partition : table.partitions()) {
            if (partition.kind() != PartitionKind.EXTENDED) {
                needs.add(PartitionNeed.flexible(
                        partition.number(),
                        "partition " + partition.number(),
                        0,
                        partition.extent().length() / 5));
            }
        }
        return LayoutPlanner.plan(table, needs, new TargetRoom(targetBytes, SectorSize.SECTOR_512), wish)
                .orThrow();
    }

    private Path sparse(String name, long bytes) throws Exception {
        Path file = folder.resolve(name);
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
            created.setLength(0);
            created.setLength(bytes);
        }
        return file;
    }

    private Path written(Layout layout, long bytes) throws Exception {
        Path file = sparse("target", bytes);
        try (BlockDevice disk = FileDevice.open(file, SectorSize.SECTOR_512)) {
            MadeTables.apply(layout.after(), disk);
        }
        return file;
    }

    private void assertSound(Layout layout, long bytes) throws Exception {
        Path file = written(layout, bytes);
        assertThat(MadeTables.run("", "sfdisk", "--verify", file.toString())).contains("No errors detected");
        if (layout.after().kind().equals("gpt")) {
            assertThat(MadeTables.run("", "sgdisk", "-v", file.toString()))
                    .contains("No problems found")
                    .doesNotContain("Caution");
        }
        for (Layout.Place place : layout.places()) {
            assertThat(MadeTables.run("", "sfdisk", "--dump", file.toString()).replaceAll(" +", " "))
                    .contains("start= " + place.after().start() / 512 + ", size= "
                            + place.after().length() / 512 + ",");
        }
    }

    /** What sfdisk prints of both disks is the same but for places. */
    private void assertSameButPlaces(Layout layout, long bytes) throws Exception {
        assertThat(dump(written(layout, bytes))).isEqualTo(dump(folder.resolve("source")));
    }

    private static String dump(Path disk) throws Exception {
        return MadeTables.run("", "sfdisk", "--dump", disk.toString())
                .replace(disk.toString(), "disk")
                .replaceAll("start= *\\d+, size= *\\d+", "")
                .replaceAll("(?m)^(device|last-lba):.*\n", "");
    }
}
