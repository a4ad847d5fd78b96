package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.plan.Plan;

/** Somebody writes to a source between the plan of a capture and its beginning. */
final class SourceChangedTest {
    private final TestBench bench = new TestBench();
    private final byte[] volume = SampleVolumes.ext4(40);
    private BenchDisk disk;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = bench.disk("/dev/sda", 48 * MIB);
        Layouts.gpt(disk.medium(), part(1, 2048, volume.length / 512));
        SampleVolumes.put(disk.medium(), MIB, volume);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** Mounted, written to and unmounted while a person looked at the plan. */
    @Test
    void aFileThatCameAfterThePlanEndsTheCapture() throws Exception {
        Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
        Path changed = SampleVolumes.file(folder.resolve("volume"), volume);
        Path added = Files.writeString(folder.resolve("added"), "What came later.\n".repeat(40_000));
        Tool.run("debugfs", "-w", "-R", "write " + added + " added", changed);
        SampleVolumes.put(disk.medium(), MIB, Files.readAllBytes(changed));
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.REFUSED);
        assertThat(report.toText())
                .contains("written to after the plan was made")
                .contains("Plan again");
        assertThat(imageFiles()).isEmpty();
        assertThat(bench.run(bench.plan(captureOf("/dev/sda", bench.images()))).state())
                .isEqualTo(JobState.COMPLETE);
    }

    private List<Path> imageFiles() throws Exception {
        try (var files = Files.walk(Path.of(bench.images()))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(".rkimg"))
                    .toList();
        }
    }
}
