package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Sources with bad sectors: what can be read is captured, the rest is listed, and no plan fails for it. */
final class UnreadableSourceTest {
    private static final Extent PARTITION = new Extent(MIB, 20_000 * 512);

    private final TestBench bench = new TestBench();
    private BenchDisk source;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 12 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 20_000));
        Layouts.fill(source.medium(), PARTITION, 1);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Report captureWithBad(Extent... bad) throws Exception {
        Fault[] faults = new Fault[bad.length];
        for (int i = 0; i < bad.length; i++) {
            faults[i] = new Fault.BadSectors(bad[i]);
        }
        source.asSource(device -> new FaultyDevice(device, 1, faults));
        String before = source.hash();
        Report report = bench.capture("/dev/sda");
        assertThat(source.hash()).isEqualTo(before);
        return report;
    }

    @Test
    void badSectorsBecomeZerosAndAreListed() throws Exception {
        Extent one = new Extent(2 * MIB + 700 * 512, 512);
        Extent acrossReads = new Extent(4 * MIB - 1024, 4096);
        Report report = captureWithBad(one, acrossReads);
        assertThat(report.state()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.state().exitCode()).isEqualTo(4);
        assertThat(report.state().isSuccess()).isFalse();
        assertThat(report.details())
                .containsExactly(
                        "Unreadable: 512 B at byte " + one.start() + " of the disk, in partition 1 (unknown).",
                        "Unreadable: 4.0 KiB at byte " + acrossReads.start()
                                + " of the disk, in partition 1 (unknown).");
        String image = report.resultPath();
        assertThat(bench.verify(image).state()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(bench.service().image(image).state()).isEqualTo(ImageFacts.State.COMPLETE_WITH_UNREADABLE);
        assertRestoredOnRequestOnly(image, ExtentSet.of(one, acrossReads));
    }

    private void assertRestoredOnRequestOnly(String image, ExtentSet bad) throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", 12 * MIB);
        Layouts.fill(target.medium(), 99);
        assertThatThrownBy(() -> bench.plan(TestBench.restoreOf(image, "/dev/sdb")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("--accept-unreadable");
        Plan plan = bench.plan(new Request.Restore(image, "/dev/sdb", new TreeMap<>(), true));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        Compare.assertSame(
                source.medium(), target.medium(), ExtentSet.of(PARTITION).subtract(bad), "what could be read");
        for (Extent extent : bad) {
            assertThat(target.bytes(extent.start(), (int) extent.length())).containsOnly(0);
        }
    }

    /** What the file system marked itself, and cannot be read, is told, and the image is complete all the same. */
    @Test
    void whatIsMarkedAsBadIsNoLossButToldInTheReport(@TempDir Path folder) throws Exception {
        Path volume = folder.resolve("fat.img");
        Path bad = Files.writeString(folder.resolve("bad"), "5000\n5001\n");
        Tool.run("truncate", "-s", PARTITION.length(), volume);
        Tool.run("mkfs.vfat", "-F", "16", "-s", "4", "-l", bad, volume);
        Path file = Files.write(folder.resolve("file"), new byte[(int) MIB]);
        Tool.run("mcopy", "-i", volume, file, "::");
        SampleVolumes.put(source.medium(), PARTITION.start(), Files.readAllBytes(volume));

        Report report = captureWithBad(new Extent(PARTITION.start() + 5000 * 1024 + 512, 512));

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(report.details())
                .singleElement()
                .asString()
                .contains("marked as bad by the file system itself", "2.0 KiB in 1 place");

        Extent lost = new Extent(PARTITION.start() + 256 * 1024, 512); // in a file: that is a loss
        Extent marked = new Extent(PARTITION.start() + 5000 * 1024 + 512, 512);
        String image = captureWithBad(lost, marked).resultPath();
        try (BufferedReader in = Files.newBufferedReader(Path.of(image + ".map"))) {
            RescueMap map = RescueMap.read(image, in);
            assertThat(map.bad()).isEqualTo(ExtentSet.of(lost));
            assertThat(map.read().intersects(marked)).isFalse();
        }
    }

    @Test
    void aDeadAreaOfSeveralMebibytesIsListedAndTheRestIsCaptured() throws Exception {
        Extent dead = Extent.between(3 * MIB + 512, 8 * MIB - 2048);
        Report report = captureWithBad(dead);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.details())
                .containsExactly("Unreadable: " + ByteCount.text(dead.length()) + " at byte " + dead.start()
                        + " of the disk, in partition 1 (unknown).");
        assertThat(bench.verify(report.resultPath()).state()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertRestoredOnRequestOnly(report.resultPath(), ExtentSet.of(dead));
    }

    @Test
    void aDiskThatIsDeadUpToItsEndIsCapturedUpToThere() throws Exception {
        Report report = captureWithBad(new Extent(2 * MIB, 9 * MIB));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
    }

    /** Unplugged disks answer with ENXIO, ENODEV or EIO; at whatever read that is, the job does not end as complete. */
    @ParameterizedTest
    @ValueSource(ints = {DeviceException.EIO, DeviceException.ENODATA, DeviceException.ENXIO, DeviceException.ENODEV})
    void aDiskThatVanishesAtAnyReadEndsTheJob(int errno) throws Exception {
        for (int n = 1; ; n++) {
            Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
            Fault vanishes = new Fault.ReadError(Fault.Calls.from(n), errno);
            FaultyDevice vanishing = new FaultyDevice(source.medium(), 1, vanishes);
            source.asSource(device -> vanishing);
            Report report = bench.run(plan);
            if (vanishing.struck() == 0) {
                assertThat(report.state()).isEqualTo(JobState.COMPLETE);
                assertThat(n).isGreaterThan(8);
                return;
            }
            assertThat(report.state())
                    .as("%d: %s", n, report.toText())
                    .isIn(JobState.INCOMPLETE, JobState.FAILED, JobState.REFUSED);
            source.asSource(device -> device);
        }
    }

    @Test
    void manyBadSectorsAreCountedAndNotAllListed() throws Exception {
        source.asSource(device -> new EverySecondSectorBad(device, PARTITION));
        Report report = bench.capture("/dev/sda");
        assertThat(report.state()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.details()).hasSize(1002);
        assertThat(report.details().get(1000)).isEqualTo("And 9000 more ranges.");
        assertThat(report.details().getLast()).contains("no file system was recognised", "cannot be read");
    }

    /** A device of which every second sector of an extent cannot be read. */
    private static final class EverySecondSectorBad extends ForwardingDevice {
        private final Extent extent;

        EverySecondSectorBad(BlockDevice inner, Extent extent) {
            super(inner);
            this.extent = extent;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            boolean single = buffer.remaining() <= 512 && offsetBytes / 512 % 2 == 0;
            if (!single && extent.overlaps(new Extent(offsetBytes, Math.max(1, buffer.remaining())))) {
                throw new DeviceException("cannot read", DeviceException.EIO);
            }
            super.read(offsetBytes, buffer);
        }
    }

    @Test
    void cancelWorksWhileSectorsAreReadOneByOne() throws Exception {
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(5 * MIB, MIB / 2))));
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        List<String> notes = new ArrayList<>();
        Report report = bench.run(plan, (control, event) -> {
            if (event instanceof JobEvent.Note note) {
                notes.add(note.words());
                if (note.words().endsWith("reading that range sector by sector.")) {
                    control.cancel();
                }
            }
        });
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(notes.getLast()).endsWith("reading that range sector by sector.");
    }

    @Test
    void aVolumeWhoseStructuresAreBadIsCapturedWhole() throws Exception {
        SampleVolumes.put(source.medium(), PARTITION.start(), SampleVolumes.ext4(8));
        assertThat(bench.plan(TestBench.captureOf("/dev/sda", bench.images())).bytesToRead())
                .isLessThan(PARTITION.length());
        Extent superblock = new Extent(PARTITION.start() + 1024, 512);
        Report report = captureWithBad(superblock);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.readBytes()).isGreaterThan(PARTITION.length());
        ImageFacts facts = bench.service().image(report.resultPath());
        String reason = Objects.requireNonNull(facts.description()).stream(1)
                .orElseThrow()
                .partition()
                .orElseThrow()
                .volume()
                .rawReason();
        assertThat(reason).contains("cannot be read");
        assertRestoredOnRequestOnly(report.resultPath(), ExtentSet.of(superblock));
    }

    @Test
    void aBadSectorInTheTableIsNoObstacle() throws Exception {
        long backup = 12 * MIB - 33 * 512;
        source.tableUnreadable();
        Report report = captureWithBad(new Extent(backup, 512));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
    }
}
