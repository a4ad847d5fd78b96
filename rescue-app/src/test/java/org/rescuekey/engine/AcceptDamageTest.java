package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RefusedException;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;

/** Damage to an image costs the blocks that it hits, and the rest restores if the user asks for that. */
final class AcceptDamageTest {
    private static final long DISK_BYTES = 5 * MIB;
    private static final int SECTOR_BYTES = 512;
    private static final int BLOCK_SECTORS = (256 << 10) / SECTOR_BYTES;

    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private BenchDisk target;
    private Path image;
    private byte[] whole;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", DISK_BYTES);
        Layouts.gpt(source.medium(), part(1, 2048, 4096), part(2, 6144, 1500));
        noise(source.medium(), MIB, (int) (2 * MIB));
        noise(source.medium(), 3 * MIB, 1500 * SECTOR_BYTES);
        image = Path.of(bench.image("/dev/sda"));
        whole = Files.readAllBytes(image);
        target = bench.disk("/dev/sdb", DISK_BYTES);
        Layouts.fill(target.medium(), 99);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static void noise(BlockDevice disk, long offset, int length) throws Exception {
        byte[] bytes = new byte[length];
        new SplittableRandom(offset).nextBytes(bytes);
        disk.write(offset, ByteBuffer.wrap(bytes));
    }

    private Plan plan(SortedMap<Integer, Integer> partitions) throws Exception {
        return bench.plan(new Request.Restore(image.toString(), "/dev/sdb", partitions, false, true));
    }

    private void damageAt(double... places) throws Exception {
        byte[] damaged = whole.clone();
        for (double place : places) {
            damaged[(int) (whole.length * place)] ^= 1;
        }
        Files.write(image, damaged);
    }

    /** Each sector is as it was on the source, or zero; returns how many are zero that were not. */
    private int lostSectors(long start, long end) throws Exception {
        byte[] zeros = new byte[SECTOR_BYTES];
        int lost = 0;
        for (long at = start; at < end; at += SECTOR_BYTES) {
            byte[] wanted = source.bytes(at, SECTOR_BYTES);
            byte[] found = target.bytes(at, SECTOR_BYTES);
            if (!Arrays.equals(wanted, found)) {
                assertThat(found).as("sector at %d", at).isEqualTo(zeros);
                lost++;
            }
        }
        return lost;
    }

    @Test
    void whatIsWholeIsRestoredAndWhatIsLostIsZeroAndNamed() throws Exception {
        damageAt(0.3, 0.5, 0.8);
        Report report = bench.run(plan(new TreeMap<>()));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.DAMAGED);
        assertThat(report.state().exitCode()).isEqualTo(6);
        assertThat(report.headline()).contains("blocks: 3");
        assertThat(report.details())
                .filteredOn(line -> line.startsWith("Zeros instead of"))
                .hasSize(3);
        assertThat(lostSectors(MIB, 3 * MIB + 1500 * SECTOR_BYTES)).isBetween(1, 3 * BLOCK_SECTORS);
        assertThat(target.bytes(0, (int) MIB)).isEqualTo(source.bytes(0, (int) MIB));
    }

    @Test
    void theTableComesBackEvenWhereItsBlocksAreLost() throws Exception {
        assertThat(damageTheFirstBlock().details()).anyMatch(line -> line.contains(" at byte 0 of the captured disk"));
        assertThat(target.bytes(0, 34 * SECTOR_BYTES)).isEqualTo(source.bytes(0, 34 * SECTOR_BYTES));
        assertThat(lostSectors(MIB, 3 * MIB + 1500 * SECTOR_BYTES)).isZero();
    }

    private Report damageTheFirstBlock() throws Exception {
        try (ImageReader reader =
                ImageReader.open(new FileImageStore(image.resolveSibling("")), String.valueOf(image.getFileName()))) {
            BlockEntry first = reader.block(0, 0).orElseThrow();
            damageAt((first.offsetBytes() + first.endBytes()) / 2.0 / whole.length);
        }
        return bench.run(plan(new TreeMap<>()));
    }

    @Test
    void aSinglePartitionTooAndNothingElse() throws Exception {
        Layouts.gpt(target.medium(), part(1, 2048, 4096), part(2, 6144, 1500));
        byte[] before = target.bytes(3 * MIB, 1500 * SECTOR_BYTES);
        damageAt(0.3);
        Report report = bench.run(plan(new TreeMap<>(Map.of(1, 1))));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.DAMAGED);
        assertThat(lostSectors(MIB, 3 * MIB)).isBetween(1, BLOCK_SECTORS);
        assertThat(target.bytes(3 * MIB, 1500 * SECTOR_BYTES)).isEqualTo(before);
    }

    @Test
    void aWholeImageIsRestoredAsAlways() throws Exception {
        assertThat(bench.run(plan(new TreeMap<>())).state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
    }

    @Test
    void anIncompleteImageGivesWhatItHoldsAndNothingOfWhatWasThere() throws Exception {
        Path cut = Files.write(image.resolveSibling("cut.rkimg"), Arrays.copyOf(whole, whole.length / 2));
        Files.delete(image);
        assertThatThrownBy(
                        () -> bench.plan(new Request.Restore(cut.toString(), "/dev/sdb", new TreeMap<>(), false, true)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("recover");
        image = Path.of(bench.service().recover(cut.toString()).path());
        assertThatThrownBy(() -> bench.restore(image.toString(), "/dev/sdb"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("--accept-damage");
        Report report = bench.run(plan(new TreeMap<>()));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.DAMAGED);
        assertThat(report.headline()).contains("never captured");
        int all = (int) (2 * MIB / SECTOR_BYTES) + 1500;
        assertThat(lostSectors(MIB, 3 * MIB + 1500 * SECTOR_BYTES)).isBetween(all / 3, 2 * all / 3);
        assertThat(target.bytes(0, 34 * SECTOR_BYTES)).isEqualTo(source.bytes(0, 34 * SECTOR_BYTES));
    }

    @Test
    void whatIsLeftOfAnImageWhosePartIsMissing() throws Exception {
        Files.delete(image);
        Report captured =
                bench.run(bench.plan(TestBench.inParts(TestBench.captureOf("/dev/sda", bench.images()), MIB, true)));
        image = Path.of(captured.resultPath());
        Files.delete(Path.of(image + ".002"));
        assertThatThrownBy(() -> bench.restore(image.toString(), "/dev/sdb")).isInstanceOf(RefusedException.class);
        Report report = bench.run(plan(new TreeMap<>()));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.DAMAGED);
        assertThat(lostSectors(MIB, 3 * MIB + 1500 * SECTOR_BYTES)).isBetween(1, 6 * BLOCK_SECTORS);
    }

    @Test
    void withoutARequestItEndsAtTheFirstDamage() throws Exception {
        damageAt(0.5);
        Report report = bench.restore(image.toString(), "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
    }
}
