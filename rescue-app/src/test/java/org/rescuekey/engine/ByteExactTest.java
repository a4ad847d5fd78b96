package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.filesystem.NtfsFixture;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.plan.Plan;
import org.rescuekey.units.Extent;

/**
 * Volumes whose own account of what is free cannot be relied on, or is not to be seen: every byte comes back, on a target that
 * held something else, and the source is as it was. The free space holds noise, so that what is left out shows.
 */
final class ByteExactTest {
    private static final int SIZE = 12 * (int) MIB;
    private static final Extent VOLUME = new Extent(MIB, SIZE);

    private final TestBench bench = new TestBench();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        bench.close();
    }

    /** What is not what it seems. */
    enum Kind {
        HIBERNATED(VolumeState.HIBERNATED) {
            @Override
            void prepare(Path volume) throws IOException {
                byte[] content = new byte[64 << 10];
                new Random(3).nextBytes(content);
                System.arraycopy("HIBR".getBytes(StandardCharsets.US_ASCII), 0, content, 0, 4);
                Path file = Files.write(volume.resolveSibling("memory"), content);
                NtfsFixture.copyIn(volume, file, "hiberfil.sys");
            }
        },
        DIRTY(VolumeState.DIRTY) {
            @Override
            void prepare(Path volume) throws IOException {
                NtfsFixture.setVolumeFlags(volume, 1);
            }
        },
        FAST_STARTUP(VolumeState.NEEDS_JOURNAL_REPLAY) {
            @Override
            void prepare(Path volume) throws IOException {
                NtfsFixture.writeRestartPages(volume, 2, true, false);
            }
        },
        BITLOCKER(VolumeState.BITLOCKER_LOCKED) {
            @Override
            void prepare(Path volume) throws IOException {
                try (RandomAccessFile file = new RandomAccessFile(volume.toFile(), "rw")) {
                    file.write(new byte[] {(byte) 0xEB, 0x58, (byte) 0x90});
                    file.write("-FVE-FS-".getBytes(StandardCharsets.US_ASCII));
                }
            }
        };

        private final VolumeState state;

        Kind(VolumeState state) {
            this.state = state;
        }

        abstract void prepare(Path volume) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void everyByteComesBack(Kind kind) throws Exception {
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), SIZE, 4096, 512);
        kind.prepare(volume);
        byte[] content = Files.readAllBytes(volume);
        byte[] noise = new byte[3 << 20];
        new Random(1).nextBytes(noise);
        // Far from all that mkntfs made: free, if the volume's word is taken.
        System.arraycopy(noise, 0, content, SIZE - (5 << 20), noise.length);
        BenchDisk source = bench.disk("/dev/sda", 16 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, SIZE / 512));
        SampleVolumes.put(source.medium(), MIB, content);
        BenchDisk target = bench.disk("/dev/sdb", 16 * MIB);
        Layouts.fill(target.medium(), 99);
        String before = source.hash();

        Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
        assertThat(plan.toText())
                .contains(kind.state.words(), kind.state.remedy(), "All sectors of partition 1")
                .doesNotContain("Left out");
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(source.hash()).isEqualTo(before);

        Report restored = bench.run(bench.plan(TestBench.restoreOf(report.resultPath(), "/dev/sdb")));
        assertThat(restored.state()).as(restored.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(target.bytes(VOLUME.start(), SIZE)).isEqualTo(source.bytes(VOLUME.start(), SIZE));
    }
}
