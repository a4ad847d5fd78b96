package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.partition.TableReading;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** What was captured comes back: every used byte, on targets that were full of something else. */
final class RoundTripTest {
    private static final SectorSize S512 = SectorSize.SECTOR_512;
    private static final SectorSize S4096 = SectorSize.SECTOR_4096;

    private final TestBench bench = new TestBench();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        bench.close();
    }

    private BenchDisk gptDisk(SectorSize sector) throws Exception {
        BenchDisk disk = bench.disk("/dev/sda", 12 * MIB, sector);
        long perMib = MIB / sector.bytes();
        Layouts.gpt(disk.medium(), part(1, perMib, 2 * perMib), part(3, 4 * perMib, 5 * perMib));
        Layouts.content(disk.medium(), new Extent(MIB, 2 * MIB), 1);
        Layouts.content(disk.medium(), new Extent(4 * MIB, 5 * MIB), 3);
        Layouts.content(disk.medium(), new Extent(MIB / 2, MIB / 4), 4);
        return disk;
    }

    private BenchDisk mbrDisk() throws Exception {
        BenchDisk disk = bench.disk("/dev/sda", 12 * MIB);
        Layouts.mbr(
                disk.medium(),
                List.of(part(1, 63, 4001), part(2, 4096, 2048)),
                List.of(part(5, 8192 + 63, 3000), part(6, 8192 + 63 + 3001, 5001)));
        Layouts.content(disk.medium(), new Extent(63 * 512, 4001 * 512), 1);
        Layouts.content(disk.medium(), new Extent(4096 * 512, 2048 * 512), 2);
        Layouts.content(disk.medium(), new Extent((8192 + 63) * 512, 3000 * 512), 5);
        Layouts.content(disk.medium(), new Extent((8192 + 63 + 3001) * 512, 5001 * 512), 6);
        Layouts.fill(disk.medium(), new Extent(512, 62 * 512), 7);
        return disk;
    }

    private BenchDisk target(long sizeBytes, SectorSize sector) throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", sizeBytes, sector);
        Layouts.fill(target.medium(), 99);
        return target;
    }

    private void assertRoundTrip(BenchDisk source, BenchDisk target) throws Exception {
        String before = source.hash();
        String image = bench.image(source.path());
        Report restored = bench.restore(image, target.path());
        assertThat(restored.state()).as(restored.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
        assertThat(source.hash()).isEqualTo(before);
        assertThat(bench.verify(image).state()).isEqualTo(JobState.COMPLETE);
        assertThat(bench.machine().rereadTables()).containsExactly(target.path());
    }

    private static void assertFlawlessTable(BenchDisk target) throws Exception {
        TableReading table = target.table();
        assertThat(table.findings()).isEmpty();
        assertThat(table.needsRepair()).isFalse();
        assertThat(table.table().orElseThrow().diskBytes())
                .isEqualTo(target.medium().sizeBytes());
    }

    private void assertSgdiskFindsNothing(BenchDisk target) throws Exception {
        Path file = folder.resolve("target.img");
        Files.write(file, target.bytes(0, (int) target.medium().sizeBytes()));
        assertThat(Tool.run("sgdisk", "-v", file)).contains("No problems found");
        assertThat(Tool.run("sgdisk", "-p", file)).contains("p1").contains("p3");
    }

    @Test
    void aGptDiskComesBackOnADiskOfTheSameSize() throws Exception {
        BenchDisk source = gptDisk(S512);
        BenchDisk target = target(12 * MIB, S512);
        assertRoundTrip(source, target);
        assertFlawlessTable(target);
        assertSgdiskFindsNothing(target);
    }

    @Test
    void aGptDiskComesBackOnALargerDiskWithItsBackupAtTheEnd() throws Exception {
        BenchDisk source = gptDisk(S512);
        BenchDisk target = target(20 * MIB + 512, S512);
        assertRoundTrip(source, target);
        assertFlawlessTable(target);
        assertSgdiskFindsNothing(target);
        assertThat(target.table().table().orElseThrow().partitions())
                .isEqualTo(source.table().table().orElseThrow().partitions());
    }

    @Test
    void aGptDiskWithSectorsOf4096BytesComesBack() throws Exception {
        BenchDisk source = gptDisk(S4096);
        BenchDisk same = target(12 * MIB, S4096);
        assertRoundTrip(source, same);
        assertFlawlessTable(same);
    }

    @Test
    void aGptDiskWithSectorsOf4096BytesComesBackOnALargerDisk() throws Exception {
        BenchDisk source = gptDisk(S4096);
        BenchDisk larger = target(20 * MIB, S4096);
        assertRoundTrip(source, larger);
        assertFlawlessTable(larger);
    }

    @Test
    void anMbrDiskWithPartitionsThatStartInTheMiddleOfAUnitComesBack() throws Exception {
        BenchDisk source = mbrDisk();
        BenchDisk target = target(12 * MIB, S512);
        assertRoundTrip(source, target);
        assertFlawlessTable(target);
    }

    @Test
    void anMbrDiskComesBackOnALargerDisk() throws Exception {
        BenchDisk source = mbrDisk();
        BenchDisk target = target(17 * MIB, S512);
        assertRoundTrip(source, target);
        assertFlawlessTable(target);
        assertThat(target.table().table().orElseThrow().partitions())
                .isEqualTo(source.table().table().orElseThrow().partitions());
    }

    @Test
    void aDiskWithoutATableComesBackWhole() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 5 * MIB + 1024);
        Layouts.content(source.medium(), new Extent(0, source.medium().sizeBytes()), 5);
        Layouts.fill(source.medium(), new Extent(0, 4096), 6);
        BenchDisk target = target(5 * MIB + 1024, S512);
        assertRoundTrip(source, target);
        assertThat(target.hash()).isEqualTo(source.hash());
    }

    @Test
    void aDiskOfSectorsThatCannotHoldABlockComesBack() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 3 * 512);
        Layouts.fill(source.medium(), 5);
        BenchDisk target = target(4 * 512, S512);
        assertRoundTrip(source, target);
        assertThat(target.bytes(0, 3 * 512)).isEqualTo(source.bytes(0, 3 * 512));
    }
}
