package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** The content of page files and swap space: not read, not stored, zeros after a restore; all of it where it is asked for. */
final class LeftOutTest {
    private static final int PAGE = 4096;
    private static final Extent SWAP = new Extent(MIB, 8 * MIB);
    private static final Extent PAGES = Extent.between(SWAP.start() + PAGE, SWAP.end());

    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private BenchDisk target;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeDisks() throws Exception {
        source = bench.disk("/dev/sda", 16 * MIB);
        target = bench.disk("/dev/sdb", 16 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, SWAP.length() / 512));
        Path swap = folder.resolve("swap");
        Tool.run("truncate", "-s", SWAP.length(), swap);
        Tool.run("mkswap", swap);
        SampleVolumes.put(source.medium(), SWAP.start(), Files.readAllBytes(swap));
        Layouts.fill(source.medium(), PAGES, 7);
        Layouts.fill(target.medium(), 99);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Report restore(String image) throws Exception {
        return bench.run(bench.plan(TestBench.restoreOf(image, "/dev/sdb")));
    }

    private byte[] swapOn(BenchDisk disk) throws Exception {
        return disk.bytes(SWAP.start(), (int) SWAP.length());
    }

    @Test
    void theyAreNotReadNotStoredAndZerosAfterARestore() throws Exception {
        // What lies beyond the places where marks are looked for cannot be read: who tried would list it as unreadable.
        Extent within = Extent.between(PAGES.start() + MIB, PAGES.end() - MIB);
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(within)));
        Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
        assertThat(plan.toText())
                .contains("Left out of partition 1", "8.0 MiB", "--page-files captures the content too");
        assertThat(plan.bytesToRead()).isEqualTo(16 * MIB - PAGES.length());

        Report report = bench.run(plan);

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(Files.size(Path.of(report.resultPath()))).isLessThan(MIB);
        ImageDescription description = Objects.requireNonNull(
                bench.service().image(report.resultPath()).description());
        assertThat(description.streams().getLast().leftOut())
                .singleElement()
                .satisfies(each -> assertThat(each.bytes()).isEqualTo(PAGES.length()));
        assertThat(restore(report.resultPath()).state()).isEqualTo(JobState.COMPLETE);
        byte[] expected = swapOn(source);
        Arrays.fill(expected, PAGE, expected.length, (byte) 0);
        assertThat(swapOn(target)).isEqualTo(expected);
    }

    @Test
    void theyAreKeptWhereItIsAskedFor() throws Exception {
        Request request = new Request.Capture("/dev/sda", new TreeSet<>(), bench.images(), 1, Coverage.USED, true);
        Plan plan = bench.plan(request);
        assertThat(plan.toText()).doesNotContain("Left out").contains("--page-files");
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(restore(report.resultPath()).state()).isEqualTo(JobState.COMPLETE);
        assertThat(swapOn(target)).isEqualTo(swapOn(source));
    }

    /** Only one of the swap spaces of a Linux that sleeps bears the mark; it needs the others all the same. */
    @Test
    void theOtherSwapSpacesOfASleepingSystemAreKept() throws Exception {
        BenchDisk two = bench.disk("/dev/sdc", 32 * MIB);
        Layouts.gpt(two.medium(), part(1, 2048, SWAP.length() / 512), part(2, 20_480, SWAP.length() / 512));
        SampleVolumes.put(two.medium(), MIB, swapOn(source));
        SampleVolumes.put(two.medium(), 10 * MIB, swapOn(source));
        SampleVolumes.put(two.medium(), MIB + PAGE - 10, "S1SUSPEND\0".getBytes(StandardCharsets.US_ASCII));

        for (Integer[] chosen : new Integer[][] {{}, {2}}) {
            Plan plan = bench.plan(captureOf("/dev/sdc", bench.images(), chosen));
            assertThat(plan.toText())
                    .contains("A system of this disk is hibernated")
                    .doesNotContain("Left out");
        }
    }

    @Test
    void whatChangesInThemIsNoChange() throws Exception {
        assertThat(bench.capture("/dev/sda").state()).isEqualTo(JobState.COMPLETE);
        Layouts.fill(source.medium(), PAGES, 8);
        Report report = bench.run(bench.plan(captureOf(Request.Kind.INCREMENTAL, "/dev/sda", bench.images())));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(Files.size(Path.of(report.resultPath()))).isLessThan(100_000);
    }

    /** A Linux that went to sleep after the plan was made has its memory there. */
    @Test
    void whatIsNeededByNowEndsTheCapture() throws Exception {
        Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
        SampleVolumes.put(source.medium(), SWAP.start() + PAGE - 10, "S1SUSPEND\0".getBytes(StandardCharsets.US_ASCII));
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.REFUSED);
        assertThat(report.toText()).contains("written to after the plan was made");
    }
}
