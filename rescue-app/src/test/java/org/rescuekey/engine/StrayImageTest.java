package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RefusedException;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** An image that was elsewhere while its parent was merged into a later state must not be given that state as its own. */
final class StrayImageTest {
    private static final long DISK_BYTES = 12 * MIB;

    private final TestBench bench = new TestBench();
    private BenchDisk disk;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = bench.disk("/dev/sda", DISK_BYTES);
        Layouts.gpt(disk.medium(), part(1, 2048, 4096), part(2, 8192, 2048));
        Layouts.content(disk.medium(), new Extent(MIB, 2 * MIB), 1);
        Layouts.content(disk.medium(), new Extent(4 * MIB, MIB), 2);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Path capture(Request.Kind kind) throws Exception {
        Report report = bench.run(bench.plan(captureOf(kind, "/dev/sda", bench.images())));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        return Path.of(report.resultPath());
    }

    @Test
    void aSiblingThatComesBackIsRefusedAndNotGivenTheLaterState() throws Exception {
        Path full = capture(Request.Kind.FULL);
        Layouts.content(disk.medium(), new Extent(4 * MIB, 8192), 3);
        Path stray = capture(Request.Kind.DIFFERENTIAL);
        Path elsewhere = Files.createTempDirectory("elsewhere");
        Files.move(stray, elsewhere.resolve(stray.getFileName()));
        Layouts.content(disk.medium(), new Extent(MIB, 8192), 4);
        capture(Request.Kind.INCREMENTAL);
        String set = String.valueOf(full.getParent());
        Report merged = bench.run(bench.plan(new Request.Consolidate(set, "")));
        assertThat(merged.state()).as(merged.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(full).doesNotExist();

        Files.move(elsewhere.resolve(stray.getFileName()), stray);
        bench.disk("/dev/sdb", DISK_BYTES);
        assertThatThrownBy(() -> bench.restore(String.valueOf(stray), "/dev/sdb"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("holds the later state");
        List<ImageFacts> restorable = bench.service().images(bench.images()).stream()
                .filter(ImageFacts::isRestorable)
                .toList();
        assertThat(restorable).hasSize(1);
        assertThat(restorable.getFirst().path()).isNotEqualTo(String.valueOf(stray));
    }
}
