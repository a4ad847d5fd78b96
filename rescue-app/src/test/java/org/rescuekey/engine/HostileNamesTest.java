package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.plan.Plan;
import org.rescuekey.units.Extent;

/** Disks whose names of partitions and volumes are made to deceive or to break: they are captured, and steer nothing. */
final class HostileNamesTest {
    private static final String FORGED = "All is well";

    private final TestBench bench = new TestBench();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        bench.close();
    }

    private BenchDisk disk(String partitionName) throws Exception {
        BenchDisk disk = bench.disk("/dev/sda", 12 * MIB);
        Layouts.gpt(disk.medium(), new Layouts.Part(1, 2048, 16_384, Layouts.LINUX, partitionName));
        Layouts.fill(disk.medium(), new Extent(MIB, 8 * MIB), 1);
        return disk;
    }

    /** A bit that flipped in the table is enough for half of a pair of surrogates. */
    @Test
    void halfACharacterInTheNameOfAPartitionIsNoObstacle() throws Exception {
        disk("Wind\uD800ows");
        Report report = bench.capture("/dev/sda");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(report.details()).isEmpty();
        assertClean(report);
    }

    @Test
    void theLabelOfAVolumeAddsNoLineAndSteersNoTerminal() throws Exception {
        BenchDisk disk = disk("p1");
        Path volume = folder.resolve("volume");
        Tool.run("mke2fs", "-q", "-F", "-t", "ext4", "-L", "\n" + FORGED + "\u001B[8m", volume, "8M");
        SampleVolumes.put(disk.medium(), MIB, Files.readAllBytes(volume));
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        assertClean(plan.toText());
        assertThat(plan.toText()).contains(FORGED);
        assertClean(bench.run(plan, (control, event) -> assertClean(event.toString())));
    }

    @Test
    void aReportIsSavedWhateverIsInIt() throws Exception {
        disk("p1");
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        Report report = bench.run(plan);
        Journal journal = new Journal(folder.resolve("journal"));
        try (Journal.Entry entry = journal.open(plan, TestBench.NOW)) {
            entry.record(new JobEvent.Note("half \uD800 of it"));
            Report odd = new Report(
                    report.kind(),
                    report.state(),
                    "half \uDC00 of it",
                    report.planTitle(),
                    report.planDigest(),
                    report.started(),
                    report.finished(),
                    0,
                    0,
                    List.of("half \uD800 of it"),
                    List.of(),
                    "",
                    "test",
                    Course.UNKNOWN);
            entry.save(odd, plan, List.of());
            assertThat(entry.problems()).isEmpty();
        }
        try (Stream<Path> kept = Files.list(folder.resolve("journal"))) {
            assertThat(kept.toList()).hasSize(4).allSatisfy(HostileNamesTest::assertIsUtf8);
        }
    }

    private void assertClean(Report report) throws Exception {
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertClean(report.toText());
        assertClean(Files.readString(Path.of(report.resultPath() + ".report.txt")));
        for (String suffix : List.of(".report.txt", ".report.json", ".report.html")) {
            assertIsUtf8(Path.of(report.resultPath() + suffix));
        }
    }

    private static void assertClean(String text) {
        assertThat(text.lines().map(String::strip)).noneMatch(line -> line.startsWith(FORGED));
        assertThat(text.chars()
                        .filter(c -> c != '\n' && Character.isISOControl(c))
                        .toArray())
                .isEmpty();
    }

    private static void assertIsUtf8(Path file) throws Exception {
        StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(Files.readAllBytes(file)));
    }
}
