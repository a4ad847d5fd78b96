package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.SizeSample;
import org.rescuekey.plan.SourceSurvey;
import org.rescuekey.units.Extent;

/** The size of an image is told before it is made, by a sample of the source, and whether its place has the room. */
final class SizeSampleTest {
    private static final long DISK_BYTES = 160 * MIB;

    private final TestBench bench = new TestBench();
    private final BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);

    @AfterEach
    void close() {
        bench.close();
    }

    private void fill() throws RescueException {
        Layouts.gpt(disk.medium(), part(1, 2048, 100 * 2048), part(2, 110 * 2048, 40 * 2048));
        Layouts.content(disk.medium(), new Extent(MIB, 100 * MIB), 1);
        Layouts.fill(disk.medium(), new Extent(110 * MIB, 40 * MIB), 2);
    }

    private Optional<SizeSample> sample(BlockDevice device) throws RescueException {
        SourceSurvey survey = Surveyor.survey(disk.medium(), disk.info(), Coverage.NEEDED);
        return new SizeSampler(device, survey.streams(), Request.Capture.ADAPTIVE_LEVEL).take();
    }

    @Test
    void theEstimateIsNearWhatTheImageTakes() throws Exception {
        fill();
        SizeSample sample = sample(disk.medium()).orElseThrow();
        SourceSurvey survey = Surveyor.survey(disk.medium(), disk.info(), Coverage.NEEDED);
        long used = survey.streams().stream()
                .mapToLong(stream -> stream.map().used().totalBytes())
                .sum();
        Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
        assertThat(plan.toText())
                .contains("It takes about ", "(sampled: " + SizeSampler.BLOCKS + " blocks).", "has 1.0 TiB free.");
        Report report = bench.run(plan);
        assertThat(report.state()).isEqualTo(JobState.COMPLETE);
        long made = Files.size(Path.of(report.resultPath()));
        assertThat((double) sample.storedBytes(used) / made).isCloseTo(1, within(0.1));
    }

    @Test
    void itIsReadInOrderAndBounded() throws RescueException {
        fill();
        List<Extent> reads = new ArrayList<>();
        sample(new ForwardingDevice(disk.medium()) {
            @Override
            public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
                reads.add(new Extent(offsetBytes, buffer.remaining()));
                super.read(offsetBytes, buffer);
            }
        });
        assertThat(reads).hasSizeLessThanOrEqualTo(SizeSampler.BLOCKS);
        assertThat(reads.stream().mapToLong(Extent::length).sum()).isLessThanOrEqualTo(24 * MIB);
        // What lies outside partitions comes first; then all goes forward.
        List<Extent> partitions = List.of(new Extent(MIB, 100 * MIB), new Extent(110 * MIB, 40 * MIB));
        assertThat(reads.stream().filter(read -> partitions.stream().anyMatch(one -> one.contains(read))))
                .isSortedAccordingTo((one, other) -> Long.compare(one.start(), other.start()));
    }

    @Test
    void littleIsNotWorthASample() throws RescueException {
        Layouts.gpt(disk.medium(), part(1, 2048, 4096));
        assertThat(sample(disk.medium())).isEmpty();
    }

    @Test
    void aDiskThatFailsIsNotWornOutForIt() throws RescueException {
        fill();
        FaultyDevice faulty =
                new FaultyDevice(disk.medium(), 1, new Fault.ReadError(Fault.Calls.from(5), DeviceException.EIO));
        assertThat(sample(faulty)).isEmpty();
        assertThat(faulty.struck()).isEqualTo(1);
        FaultyDevice later =
                new FaultyDevice(disk.medium(), 1, new Fault.ReadError(Fault.Calls.from(50), DeviceException.EIO));
        assertThat(sample(later).orElseThrow().blocks()).isEqualTo(49);
    }

    @Test
    void aPlaceThatWillNotDoIsWarnedOfWithFigures() throws RescueException {
        fill();
        bench.machine().placeIs(bench.images(), "ext4", 30 * MIB, "");
        String text = bench.plan(captureOf("/dev/sda", bench.images())).toText();
        assertThat(text)
                .contains(
                        "The image will not fit: by a sample it takes about ",
                        "has 30.0 MiB free: about ",
                        " too little");
        bench.machine().placeIs(bench.images(), "ext4", 140 * MIB, ""); // less than is read, more than it takes
        assertThat(bench.plan(captureOf("/dev/sda", bench.images())).toText()).doesNotContain("fit");
    }

    @Test
    void anIncrementalImageIsJudgedByThoseBeforeIt() throws RescueException {
        Layouts.content(disk.medium(), new Extent(0, 40 * MIB), 3);
        bench.image("/dev/sda");
        Request.Capture request = captureOf(Request.Kind.INCREMENTAL, "/dev/sda", bench.images());
        bench.machine().placeIs(bench.images(), "ext4", 10 * MIB, "");
        assertThat(bench.plan(request).toText()).contains("The image may not fit: 160.0 MiB are read");
        assertThat(bench.run(bench.plan(request)).state()).isEqualTo(JobState.COMPLETE);
        assertThat(bench.plan(request).toText())
                .doesNotContain("may not fit")
                .contains("Earlier ones of this kind take about");
        bench.machine().placeIs(bench.images(), "ext4", 100, "");
        assertThat(bench.plan(request).toText()).contains("The image may not fit: earlier ones of its kind take about");
    }
}
