package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * Volumes whose used map alone was captured are whole for their own tools, on targets that were full of something else;
 * boot sectors say where their partition starts.
 */
final class VolumesRoundTripTest {
    private static final byte[] NTFS = SampleVolumes.ntfs(10);
    private static final byte[] FAT = SampleVolumes.fat32(34);
    private static final byte[] EXT = SampleVolumes.ext4(10);
    private static final long FAT_AT = MIB + NTFS.length;
    private static final long EXT_AT = FAT_AT + FAT.length;

    private final TestBench bench = new TestBench();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        bench.close();
    }

    private Path volumeOf(BenchDisk disk, long offsetBytes, byte[] made) throws Exception {
        return Files.write(folder.resolve("volume"), disk.bytes(offsetBytes, made.length));
    }

    private void assertWholeNtfs(BenchDisk disk, long offsetBytes) throws Exception {
        Path volume = volumeOf(disk, offsetBytes, NTFS);
        Tool.run("ntfsfix", "-n", volume);
        assertThat(Tool.run("ntfsinfo", "-m", volume)).contains("Volume Name: Windows");
        Path before = SampleVolumes.file(folder.resolve("made"), NTFS);
        for (String file : List.of("noise", "text")) {
            assertThat(Tool.run("ntfscat", volume, file)).isEqualTo(Tool.run("ntfscat", before, file));
        }
    }

    private void assertWholeFat(BenchDisk disk, long offsetBytes) throws Exception {
        Path volume = volumeOf(disk, offsetBytes, FAT);
        Tool.run("fsck.vfat", "-n", volume);
        Path before = SampleVolumes.file(folder.resolve("made"), FAT);
        for (String file : List.of("noise", "text")) {
            assertThat(Tool.run("mtype", "-i", volume, "::" + file))
                    .isEqualTo(Tool.run("mtype", "-i", before, "::" + file));
        }
    }

    private void assertWholeExt(BenchDisk disk, long offsetBytes) throws Exception {
        Path volume = volumeOf(disk, offsetBytes, EXT);
        Tool.run("e2fsck", "-f", "-n", volume);
        Path before = SampleVolumes.file(folder.resolve("made"), EXT);
        for (String file : List.of("noise", "text")) {
            assertThat(Tool.run("debugfs", "-R", "cat " + file, volume))
                    .isEqualTo(Tool.run("debugfs", "-R", "cat " + file, before)
                            .replace(before.toString(), volume.toString()));
        }
    }

    private static Layouts.Part partOf(int number, long offsetBytes, byte[] volume, String type) {
        return new Layouts.Part(number, offsetBytes / 512, volume.length / 512, type);
    }

    private BenchDisk threeVolumes() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 57 * MIB);
        Layouts.gpt(
                source.medium(),
                partOf(1, MIB, NTFS, Layouts.WINDOWS),
                partOf(2, FAT_AT, FAT, Layouts.WINDOWS),
                partOf(3, EXT_AT, EXT, Layouts.LINUX));
        SampleVolumes.put(source.medium(), MIB, NTFS);
        SampleVolumes.put(source.medium(), FAT_AT, FAT);
        SampleVolumes.put(source.medium(), EXT_AT, EXT);
        return source;
    }

    private BenchDisk noise(String path, long sizeBytes) throws Exception {
        BenchDisk disk = bench.disk(path, sizeBytes);
        Layouts.fill(disk.medium(), 77);
        return disk;
    }

    @Test
    void aWholeDiskComesBackWithItsVolumesWhole() throws Exception {
        BenchDisk source = threeVolumes();
        String hash = source.hash();
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        assertThat(plan.bytesToRead()).as("only what is used is read").isLessThan(25 * MIB);
        Report captured = bench.run(plan);
        assertThat(captured.state()).as(captured.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(source.hash()).isEqualTo(hash);
        BenchDisk target = noise("/dev/sdb", 64 * MIB);
        assertThat(bench.restore(captured.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
        assertWholeNtfs(target, MIB);
        assertWholeFat(target, FAT_AT);
        assertWholeExt(target, EXT_AT);
        assertThat(target.bytes(MIB, 512)).as("nothing moved").isEqualTo(source.bytes(MIB, 512));
    }

    /** Where mkntfs left an emptied log, a page that says nothing: something may have to be replayed. */
    private static byte[] withOpenLog(byte[] ntfs) {
        byte[] open = ntfs.clone();
        for (int page = 0; page < open.length; page += 4096) {
            boolean empty = true;
            for (int i = 0; i < 4096 && empty; i++) {
                empty = open[page + i] == -1;
            }
            if (empty) {
                open[page] = 'R';
                return open;
            }
        }
        throw new AssertionError("no log");
    }

    @Test
    void anNtfsVolumeThatWasNotClosedIsCapturedWholeAndThePlanSaysWhy() throws Exception {
        byte[] open = withOpenLog(NTFS);
        BenchDisk source = bench.disk("/dev/sda", 12 * MIB);
        Layouts.gpt(source.medium(), partOf(1, MIB, open, Layouts.WINDOWS));
        SampleVolumes.put(source.medium(), MIB, open);
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        assertThat(plan.effects(Effect.Kind.WARNING))
                .extracting(Effect::words)
                .anySatisfy(words -> assertThat(words)
                        .contains("partition 1 (NTFS, Windows) has changes in its journal")
                        .contains("Start its own system once"))
                .contains("All sectors of partition 1 (NTFS, Windows) are captured: Its journal was not replayed, so"
                        + " what it says is free may be in use.");
        assertThat(plan.bytesToRead()).isGreaterThanOrEqualTo(open.length);
        Report captured = bench.run(plan);
        assertThat(captured.state()).as(captured.toText()).isEqualTo(JobState.COMPLETE);
        BenchDisk target = noise("/dev/sdb", 12 * MIB);
        assertThat(bench.restore(captured.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        assertThat(target.bytes(MIB, open.length)).as("every sector").isEqualTo(open);
    }

    /** Partitions at odd places, each a little larger than what goes into it. */
    private BenchDisk targetWithPartitions() throws Exception {
        BenchDisk target = noise("/dev/sdb", 70 * MIB);
        Layouts.mbr(
                target.medium(),
                List.of(part(1, 6144, 22_000)),
                List.of(part(5, 30_001, 72_000), part(6, 110_003, 22_000)));
        return target;
    }

    private Extent partition(BenchDisk disk, int number) throws Exception {
        return disk.table().table().orElseThrow().partitions().stream()
                .filter(partition -> partition.number() == number)
                .findFirst()
                .orElseThrow()
                .extent();
    }

    /** Restores a partition into another one; nothing but the volume's place and the end of its partition changes. */
    private void restored(String image, int from, int into, byte[] volume, BenchDisk target) throws Exception {
        Extent place = new Extent(partition(target, into).start(), volume.length);
        long end = partition(target, into).end();
        ExtentSet others = ExtentSet.of(place)
                .union(ExtentSet.of(Extent.between(end - MIB / 4, end)))
                .complement(new Extent(0, target.medium().sizeBytes()));
        String before = target.hash(others);
        Report report = bench.run(bench.plan(TestBench.restoreOf(image, "/dev/sdb", from, into)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(target.hash(others)).isEqualTo(before);
    }

    private static int u32(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    @Test
    void anNtfsPartitionThatMovesKnowsWhereItStarts() throws Exception {
        threeVolumes();
        String image = bench.image("/dev/sda", 1);
        BenchDisk target = targetWithPartitions();
        Plan plan = bench.plan(TestBench.restoreOf(image, "/dev/sdb", 1, 1));
        assertThat(plan.steps()).last().asString().contains("hiddenSectors=OptionalLong[6144]");
        restored(image, 1, 1, NTFS, target);
        long start = partition(target, 1).start();
        assertThat(u32(target.bytes(start, 512), 0x1C)).isEqualTo(6144);
        long copy = start + NTFS.length - 512;
        assertThat(target.bytes(copy, 512)).as("the copy of the boot sector").isEqualTo(target.bytes(start, 512));
        assertWholeNtfs(target, start);
    }

    @Test
    void aFatPartitionThatMovesKnowsWhereItStarts() throws Exception {
        threeVolumes();
        String image = bench.image("/dev/sda");
        BenchDisk target = targetWithPartitions();
        restored(image, 2, 5, FAT, target);
        long start = partition(target, 5).start();
        assertThat(start).isEqualTo(30_001L * 512);
        assertThat(u32(target.bytes(start, 512), 0x1C)).isEqualTo(30_001);
        assertThat(u32(target.bytes(start + 6 * 512, 512), 0x1C)).isEqualTo(30_001);
        assertThat(Tool.run("minfo", "-i", volumeOf(target, start, FAT), "::")).contains("hidden sectors: 30001");
        assertWholeFat(target, start);
    }

    @Test
    void aPartitionThatDoesNotMoveAndOneThatRecordsNoStartAreLeftAsTheyAre() throws Exception {
        BenchDisk source = threeVolumes();
        String image = bench.image("/dev/sda");
        assertThat(bench.plan(TestBench.restoreOf(image, "/dev/sda", 1, 1)).steps())
                .last()
                .asString()
                .contains("hiddenSectors=OptionalLong.empty");
        BenchDisk target = targetWithPartitions();
        assertThat(bench.plan(TestBench.restoreOf(image, "/dev/sdb", 3, 6)).steps())
                .last()
                .asString()
                .contains("hiddenSectors=OptionalLong.empty");
        restored(image, 3, 6, EXT, target);
        assertWholeExt(target, 110_003L * 512);
        assertThat(source.hash()).isNotEmpty();
    }

    @Test
    void severalPartitionsGoTogether() throws Exception {
        threeVolumes();
        String image = bench.image("/dev/sda");
        BenchDisk target = targetWithPartitions();
        SortedMap<Integer, Integer> pairs = new TreeMap<>(Map.of(1, 6, 3, 1));
        Report report = bench.run(bench.plan(new Request.Restore(image, "/dev/sdb", pairs, false)));
        assertThat(report.state()).isEqualTo(JobState.COMPLETE);
        assertWholeNtfs(target, 110_003L * 512);
        assertWholeExt(target, 6144L * 512);
    }

    @Test
    void aPartitionNamedByItsDeviceIsMeant() throws Exception {
        threeVolumes();
        Report one = bench.capture("/dev/sda3");
        ImageFacts facts = bench.service().image(one.resultPath());
        assertThat(Objects.requireNonNull(facts.description()).streams()).hasSize(2);
        BenchDisk target = targetWithPartitions();
        Report report = bench.restore(one.resultPath(), "/dev/sdb6");
        assertThat(report.state()).isEqualTo(JobState.COMPLETE);
        assertWholeExt(target, 110_003L * 512);
        String all = bench.image("/dev/sda");
        assertThatThrownBy(() -> bench.plan(TestBench.restoreOf(all, "/dev/sdb6")))
                .hasMessageContaining("Say which one with --partition N");
    }

    @Test
    void aRestoreOfAPartitionThatFailsSaysWhatIsIncomplete() throws Exception {
        threeVolumes();
        String image = bench.image("/dev/sda", 3);
        BenchDisk target = targetWithPartitions();
        target.asTarget(device -> new FaultyDevice(device, 1, new Fault.WriteError(Fault.Calls.only(2), 5)));
        Report report = bench.run(bench.plan(TestBench.restoreOf(image, "/dev/sdb", 3, 1)));
        assertThat(report.state()).isEqualTo(JobState.FAILED);
        assertThat(report.toText())
                .contains("What was to be restored on /dev/sdb is incomplete", "Its other partitions", "are unchanged");
        assertThat(target.table().table().orElseThrow().partitions()).hasSize(4);
    }

    // ---- volumes without a table

    private void assertWholeDiskVolume(byte[] volume, boolean marked) throws Exception {
        BenchDisk source = bench.disk("/dev/sda", volume.length);
        SampleVolumes.put(source.medium(), 0, volume);
        if (marked) {
            source.medium().write(510, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xAA}));
        }
        Report captured = bench.capture("/dev/sda");
        assertThat(captured.state()).as(captured.toText()).isEqualTo(JobState.COMPLETE);
        BenchDisk target = noise("/dev/sdb", 36 * MIB);
        assertThat(bench.restore(captured.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
    }

    @Test
    void aFatOnTheWholeDiskComesBack() throws Exception {
        assertWholeDiskVolume(FAT, false);
        BenchDisk target = bench.machine().disk("/dev/sdb");
        assertWholeFat(target, 0);
        // and onto such a disk another one
        assertThat(bench.restore(bench.image("/dev/sda"), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
    }

    @Test
    void anExtOnTheWholeDiskWithTheMarkOfABootSectorComesBackWhole() throws Exception {
        Path volume = Files.write(folder.resolve("full"), SampleVolumes.ext4(28));
        Path filler = Files.writeString(folder.resolve("filler"), "filler ".repeat(1 << 20));
        Tool.run("debugfs", "-w", "-R", "write " + filler + " one", volume);
        Tool.run("debugfs", "-w", "-R", "write " + filler + " two", volume);
        Tool.run("e2fsck", "-f", "-p", volume);
        assertWholeDiskVolume(Files.readAllBytes(volume), true);
        BenchDisk target = bench.machine().disk("/dev/sdb");
        Path restored = volumeOf(target, 0, SampleVolumes.ext4(28));
        Tool.run("e2fsck", "-f", "-n", restored);
        assertThat(Tool.run("debugfs", "-R", "cat two", restored)).contains("filler filler");
    }

    @Test
    void somethingUnknownBehindAnEmptyTableIsCapturedWhole() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 30 * MIB);
        Layouts.fill(source.medium(), 8);
        Layouts.mbr(source.medium());
        Report captured = bench.capture("/dev/sda");
        assertThat(captured.state()).as(captured.toText()).isEqualTo(JobState.COMPLETE);
        BenchDisk target = noise("/dev/sdb", 30 * MIB);
        assertThat(bench.restore(captured.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        assertThat(target.hash()).isEqualTo(source.hash());
    }

    @Test
    void anEmptyTableOnAnEmptyDiskIsQuicklyDone() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 1L << 40, SectorSize.SECTOR_512);
        Layouts.mbr(source.medium());
        assertThat(bench.plan(TestBench.captureOf("/dev/sda", bench.images())).bytesToRead())
                .isEqualTo(16 * MIB);
    }
}
