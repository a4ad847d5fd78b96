package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** A report says neither more nor less than what was proven, and what is read back comes from the medium. */
final class ProofTest {
    private final TestBench bench = new TestBench();
    private BenchDisk disk;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = bench.disk("/dev/sda", 12 * MIB);
        Layouts.gpt(disk.medium(), part(1, 2048, 12288));
        Layouts.content(disk.medium(), new Extent(MIB, 6 * MIB), 1);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Report capture(Request.Kind kind) throws Exception {
        Report report = bench.run(bench.plan(captureOf(kind, "/dev/sda", bench.images())));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        return report;
    }

    @Test
    void aChildSaysThatItsParentWasNotReadAgain() throws Exception {
        assertThat(capture(Request.Kind.FULL).toText()).contains("Every block was read back.");
        Layouts.content(disk.medium(), new Extent(MIB, 4096), 2);
        assertThat(capture(Request.Kind.INCREMENTAL).toText())
                .contains("Every block that it stores itself was read back")
                .contains("were not read again")
                .doesNotContain("Every block was read back");
    }

    @Test
    void everyPartIsReadFromTheMedium() throws Exception {
        byte[] noise = new byte[(int) (4 * MIB)];
        new SplittableRandom(1).nextBytes(noise);
        disk.medium().write(MIB, ByteBuffer.wrap(noise));
        Request.Capture parts = TestBench.inParts(captureOf("/dev/sda", bench.images()), MIB, true);
        Report report = bench.run(bench.plan(parts));
        Path image = Path.of(report.resultPath());
        List<String> files;
        try (var found = Files.list(image.getParent())) {
            files = found.map(Path::toString)
                    .filter(file -> file.matches(".*[.]rkimg([.][0-9]{3})?"))
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(1);
        assertThat(bench.machine().forgotten()).containsAll(files);
    }
}
