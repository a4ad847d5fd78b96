package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** A real file system that is full: the job ends at once and says so, and with room made it is gone on with to its end. */
@Tag("loop")
final class FullPlaceTest {
    private static final long DISK_BYTES = 24 * MIB;

    private final TestBench bench = new TestBench();
    private final BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);
    private boolean isMounted;

    @AfterEach
    void unmount() throws Exception {
        if (isMounted) {
            run("umount", bench.images());
        }
        bench.close();
    }

    /** A file system with this much room, and most of it taken by a file. */
    private Path mounted(String type) throws Exception {
        if (type.equals("tmpfs")) {
            run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", bench.images());
        } else {
            Path file = bench.directory().resolve("place.img");
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(40 * MIB);
            }
            run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-m", "0", file.toString());
            run("mount", "-o", "loop", file.toString(), bench.images());
        }
        isMounted = true;
        Path ballast = Path.of(bench.images(), "ballast");
        Files.write(ballast, new byte[Math.toIntExact(20 * MIB)]);
        return ballast;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmpfs", "ext4"})
    void spaceThatEndsEndsTheJobAndTheImageIsGoneOnWith(String type) throws Exception {
        Layouts.fill(disk.medium(), new Extent(0, DISK_BYTES), 5);
        Path ballast = mounted(type);
        Request.Capture request = captureOf("/dev/sda", bench.images());
        Report broken = bench.run(bench.plan(request));
        assertThat(broken.state()).as(broken.toText()).isEqualTo(JobState.INCOMPLETE);
        assertThat(broken.state().exitCode()).isEqualTo(5);
        assertThat(broken.headline()).startsWith("There is no space left");
        assertThat(broken.toText()).contains("Make room", "goes on with it");
        Files.delete(ballast);
        Plan plan = bench.plan(request);
        assertThat(plan.toText()).contains("Resumes ");
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(report.writtenBytes()).isLessThan(DISK_BYTES); // what was there was not written again
        BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
        assertThat(bench.restore(report.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    @Test
    void oneFullPlaceOfTwoCostsThatOneOnly() throws Exception {
        Layouts.fill(disk.medium(), new Extent(0, DISK_BYTES), 5);
        mounted("tmpfs");
        Path other = Files.createDirectory(bench.directory().resolve("other"));
        Request.Capture one = captureOf("/dev/sda", bench.images());
        Report report = bench.run(bench.plan(TestBench.to(one, one.place(), other.toString())));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.INCOMPLETE);
        assertThat(report.headline()).contains("complete as " + other, "but not in " + bench.images());
        BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
        assertThat(bench.restore(report.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }
}
