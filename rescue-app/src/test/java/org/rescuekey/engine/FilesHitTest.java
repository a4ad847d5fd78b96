package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.plan.Plan;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** The report of a capture names the files that unreadable sectors belong to: these, and no others. */
final class FilesHitTest {
    private static final Pattern NAMED =
            Pattern.compile("Unreadable in partition \\d+ \\([^)]*\\): (.*), [0-9.]+ \\S+");
    private static final String MARK = "THE SECTOR OF /";

    private final TestBench bench = new TestBench();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void filesOfThreeFileSystemsAreNamed() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 72 * MIB);
        Layouts.gpt(
                source.medium(), part(1, 2048, 16 * 2048), part(2, 20 * 2048, 8 * 2048), part(3, 30 * 2048, 40 * 2048));
        byte[][] volumes = {SampleVolumes.ntfs(16), SampleVolumes.ext4(8), SampleVolumes.fat32(40)};
        long[] starts = {MIB, 20 * MIB, 30 * MIB};
        Fault[] faults = new Fault[3];
        for (int i = 0; i < 3; i++) {
            SampleVolumes.put(source.medium(), starts[i], volumes[i]);
            faults[i] = new Fault.BadSectors(new Extent(starts[i] + textSector(volumes[i]), 1024));
        }
        source.asSource(device -> new FaultyDevice(device, 1, faults));

        Report report = bench.capture("/dev/sda");

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(named(report)).containsExactly("\\text", "/text", "/text");
        assertThat(report.details())
                .contains(
                        "Unreadable in partition 1 (NTFS, Windows): \\text, 1.0 KiB.",
                        "Unreadable in partition 2 (ext4): /text, 1.0 KiB.",
                        "Unreadable in partition 3 (FAT32, FAT): /text, 1.0 KiB.")
                .hasSize(6);
        assertThat(report.toText()).contains("\\text, 1.0 KiB.");
    }

    @Test
    void withBadSectorsByChanceAndADeadAreaExactlyTheFilesHitAreNamed() throws Exception {
        byte[] volume = signedVolume(40);
        BenchDisk source = bench.disk("/dev/sda", 48 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 40 * 2048));
        SampleVolumes.put(source.medium(), MIB, volume);
        SplittableRandom random = new SplittableRandom(4);
        List<Integer> signed = signedSectors(volume);
        Set<Integer> bad = new TreeSet<>();
        while (bad.size() < 60) {
            bad.add(signed.get(random.nextInt(signed.size())));
        }
        // A dead area where nothing but files is, or the names of others would be lost with their directories.
        int start = firstOfRun(signed, 3000);
        for (int i = 0; i < 3000; i++) {
            bad.add(start + i);
        }
        Set<String> expected =
                bad.stream().map(sector -> owner(volume, sector)).collect(Collectors.toCollection(TreeSet::new));
        source.asSource(device -> new FaultyDevice(
                device,
                1,
                bad.stream()
                        .map(sector -> (Fault) new Fault.BadSectors(new Extent(MIB + sector * 512L, 512)))
                        .toArray(Fault[]::new)));

        Report report = bench.capture("/dev/sda");

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(expected).hasSizeGreaterThan(20);
        Set<String> files = named(report).stream()
                .filter(name -> name.startsWith("/"))
                .map(name -> name.replaceFirst(", its .*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(files).as(report.toText()).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Nobody can say whose they are where the unreadable is what would tell; that is no error. */
    @Test
    void aDamagedFileSystemEndsInWords() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 20 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 16 * 2048));
        SampleVolumes.put(source.medium(), MIB, SampleVolumes.ntfs(16));
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(MIB, 1 << 18))));

        Report report = bench.capture("/dev/sda");

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.details()).last().asString().contains("Which files these are is not known");
    }

    @Test
    void cancelWorksWhileFilesAreLookedUp() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 20 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 8 * 2048));
        byte[] volume = SampleVolumes.ext4(8);
        SampleVolumes.put(source.medium(), MIB, volume);
        Extent bad = new Extent(MIB + textSector(volume), 512);
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(bad)));
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));

        Report report = bench.run(plan, (control, event) -> {
            if (event instanceof JobEvent.Note note && note.words().startsWith("Looking up which files")) {
                control.cancel();
            }
        });

        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
    }

    /** The image is made by then: what goes wrong in naming files costs the names. */
    @Test
    void aMistakeWhileFilesAreLookedUpCostsTheirNamesOnly() throws Exception {
        Report report = captureThatFailsInTheLookUp(new IllegalStateException("a mistake"));

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.details()).last().asString().contains("is not known").contains("a mistake");
        assertThat(bench.verify(report.resultPath()).state()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
    }

    @Test
    void whereMemoryEndsInTheLookUpTheImageIsNamedAndNotProven() throws Exception {
        Report report = captureThatFailsInTheLookUp(new OutOfMemoryError("no more"));

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        assertThat(report.details()).first().asString().contains("it is not proven that it can be restored");
    }

    private Report captureThatFailsInTheLookUp(Throwable failure) throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 20 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 8 * 2048));
        byte[] volume = SampleVolumes.ext4(8);
        SampleVolumes.put(source.medium(), MIB, volume);
        Extent bad = new Extent(MIB + textSector(volume), 512);
        AtomicBoolean isLookedUp = new AtomicBoolean();
        source.asSource(device -> new ForwardingDevice(new FaultyDevice(device, 1, new Fault.BadSectors(bad))) {
            @Override
            public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
                if (isLookedUp.get()) {
                    sneak(failure);
                }
                super.read(offsetBytes, buffer);
            }
        });
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        return bench.run(plan, (control, event) -> {
            if (event instanceof JobEvent.Note note && note.words().startsWith("Looking up which files")) {
                isLookedUp.set(true);
            }
        });
    }

    private static void sneak(Throwable failure) {
        switch (failure) {
            case RuntimeException mistake -> throw mistake;
            case Error error -> throw error;
            default -> throw new AssertionError(failure);
        }
    }

    /** What is known to be unreadable is left in peace, and after so many failures all the rest too. */
    @Test
    void aFailingDiskIsSpared() throws Exception {
        MemoryDevice medium = new MemoryDevice("/dev/sda", MIB, SectorSize.SECTOR_512);
        FaultyDevice failing = new FaultyDevice(medium, 1, new Fault.BadSectors(new Extent(0, MIB / 2)));
        SparingDevice sparing = new SparingDevice(failing, ExtentSet.of(new Extent(0, 4096)));
        ByteBuffer sector = ByteBuffer.allocate(512);
        for (int i = 0; i < 8; i++) {
            assertFails(sparing, 512L * i, sector);
        }
        assertThat(failing.struck()).isZero();
        for (int round = 0; round < 2; round++) {
            assertFails(sparing, 8192, sector);
        }
        assertThat(failing.struck()).isEqualTo(1);
        sparing.read(MIB / 2, sector.clear());
        for (int i = 0; i < 100; i++) {
            assertFails(sparing, 16_384 + 512L * i, sector);
        }
        assertThat(failing.struck()).isEqualTo(64);
        assertThat(sparing.isSpent()).isTrue();
        assertFails(sparing, MIB / 2, sector);
    }

    private static void assertFails(SparingDevice device, long offset, ByteBuffer sector) {
        assertThatThrownBy(() -> device.read(offset, sector.clear())).isInstanceOf(DeviceException.class);
    }

    private static List<String> named(Report report) {
        return report.details().stream()
                .map(NAMED::matcher)
                .filter(Matcher::lookingAt)
                .map(matcher -> matcher.group(1))
                .toList();
    }

    /** A sector inside of the file of text lines. */
    private static int textSector(byte[] volume) {
        byte[] wanted = "A line of text.\n".repeat(32).getBytes(StandardCharsets.US_ASCII);
        for (int at = 8192; at + 65_536 < volume.length; at += 512) {
            if (Arrays.equals(volume, at, at + 512, wanted, 0, 512)
                    && Arrays.equals(volume, at + 65_024, at + 65_536, wanted, 0, 512)) {
                return at + 32_768;
            }
        }
        throw new AssertionError("no text in the volume");
    }

    private byte[] signedVolume(int sizeMib) throws IOException {
        Path files = Files.createDirectory(folder.resolve("files"));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 121; i++) {
            String path = (i % 3 == 0 ? "" : "folder " + i % 7 + "/deeper/") + "file " + i;
            byte[] content = new byte[512 * (i == 120 ? 7000 : 40 + random.nextInt(300))];
            random.nextBytes(content);
            byte[] mark = (MARK + path + "\0").getBytes(StandardCharsets.US_ASCII);
            for (int at = 0; at < content.length; at += 512) {
                System.arraycopy(mark, 0, content, at, mark.length);
            }
            Path file = files.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        }
        Path volume = folder.resolve("volume");
        Tool.run("truncate", "-s", sizeMib * MIB, volume);
        Tool.run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "1024", "-d", files, volume);
        return Files.readAllBytes(volume);
    }

    private static List<Integer> signedSectors(byte[] volume) {
        return IntStream.range(0, volume.length / 512)
                .filter(sector ->
                        new String(volume, sector * 512, MARK.length(), StandardCharsets.US_ASCII).equals(MARK))
                .boxed()
                .toList();
    }

    private static int firstOfRun(List<Integer> sectors, int length) {
        for (int i = 0; i + length <= sectors.size(); i++) {
            if (sectors.get(i + length - 1) == sectors.get(i) + length - 1) {
                return sectors.get(i);
            }
        }
        throw new AssertionError("no " + length + " sectors of files in a row");
    }

    private static String owner(byte[] volume, int sector) {
        String text = new String(volume, sector * 512, 200, StandardCharsets.ISO_8859_1);
        return text.substring(MARK.length() - 1, text.indexOf('\0'));
    }
}
