package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RefusedException;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.layout.Identities;
import org.rescuekey.plan.layout.LayoutRequest;
import org.rescuekey.plan.layout.Wish;
import org.rescuekey.units.Extent;

/** Jobs whose partitions go elsewhere or are known by other identities; what cannot be run is never planned. */
final class LaidOutJobTest {
    private static final byte[] NTFS = SampleVolumes.ntfs(5);
    private static final byte[] EXT = SampleVolumes.ext4(5);
    private static final LayoutRequest RENEWED = new LayoutRequest(Wish.AS_IS, Identities.NEW);

    private final TestBench bench = new TestBench();
    private BenchDisk source;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 14 * MIB);
        Layouts.gpt(source.medium(), part(2, 2048, EXT.length / 512), part(1, 7 * 2048, NTFS.length / 512));
        SampleVolumes.put(source.medium(), MIB, EXT);
        SampleVolumes.put(source.medium(), 7 * MIB, NTFS);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private BenchDisk target(long bytes) throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", bytes);
        Layouts.fill(target.medium(), 99);
        return target;
    }

    private static Request.Clone cloneWith(LayoutRequest layout) {
        return new Request.Clone("/dev/sda", "/dev/sdb", new TreeMap<>(), Coverage.NEEDED, false, true, layout);
    }

    private static Request.Restore restoreWith(String image, LayoutRequest layout) {
        return new Request.Restore(image, "/dev/sdb", new TreeMap<>(), false, false, true, layout);
    }

    private void assertRefused(Request request, String... words) {
        assertThatThrownBy(() -> bench.plan(request))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason() + " " + refusal.remedy())
                                .contains(words));
    }

    @Test
    void aGapClosesOnASmallerDiskAndTheVolumeKnowsItsNewStart() throws Exception {
        LayoutRequest packed = new LayoutRequest(new Wish.ByHand(Map.of(1, (long) NTFS.length)), Identities.KEEP);
        String image = bench.image("/dev/sda");
        String sourceHash = source.hash();
        for (Request request : new Request[] {cloneWith(packed), restoreWith(image, packed)}) {
            BenchDisk target = target(11 * MIB + MIB / 2);
            Plan plan = bench.plan(request);
            assertThat(plan.toText())
                    .contains("Partition 1 (NTFS, Windows) moves: it starts at 6.0 MiB instead of 7.0 MiB.")
                    .contains("Before the first start")
                    .contains("--size 1=" + NTFS.length);
            Report report = bench.run(plan);
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
            assertThat(report.nextSteps()).anyMatch(line -> line.startsWith("Disconnect the old disk"));
            PartitionTable table = target.table().table().orElseThrow();
            assertThat(target.table().needsRepair()).isFalse();
            assertThat(table.partitions())
                    .extracting(Partition::extent)
                    .containsExactly(new Extent(6 * MIB, NTFS.length), new Extent(MIB, EXT.length));
            assertThat(table.diskIdentity())
                    .isEqualTo(source.table().table().orElseThrow().diskIdentity());
            for (long copy : new long[] {6 * MIB, 6 * MIB + NTFS.length - 512}) {
                assertThat(ByteBuffer.wrap(target.bytes(copy, 512))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt(0x1C))
                        .as("hidden sectors at " + copy)
                        .isEqualTo(6 * 2048);
            }
            Compare.assertSame(
                    source.medium(), new Extent(7 * MIB + 4096, 64 * 1024), target.medium(), 6 * MIB + 4096, "NTFS");
            Compare.assertSame(source.medium(), new Extent(MIB, 64 * 1024), target.medium(), MIB, "ext4");
        }
        assertThat(source.hash()).isEqualTo(sourceHash);
    }

    @Test
    void aDiskOfDataGetsIdentitiesOfItsOwn() throws Exception {
        Layouts.gpt(source.medium(), part(1, 7 * 2048, NTFS.length / 512));
        BenchDisk target = target(20 * MIB);

        Plan plan = bench.plan(cloneWith(RENEWED));

        assertThat(bench.plan(cloneWith(RENEWED)).digest()).isEqualTo(plan.digest());
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(report.nextSteps()).singleElement().asString().contains("Both disks may stay");
        PartitionTable before = source.table().table().orElseThrow();
        PartitionTable after = target.table().table().orElseThrow();
        assertThat(target.table().needsRepair()).isFalse();
        assertThat(after.diskIdentity()).isNotEqualTo(before.diskIdentity());
        assertThat(plan.toText()).contains(after.diskIdentity()).contains(before.diskIdentity());
        assertThat(after.partitions().getFirst().identity())
                .isNotEqualTo(before.partitions().getFirst().identity());
        assertThat(after.partitions().getFirst().extent())
                .isEqualTo(before.partitions().getFirst().extent());
        Compare.assertSame(source.medium(), new Extent(7 * MIB, 64 * 1024), target.medium(), 7 * MIB, "NTFS");
    }

    @Test
    void aLayoutIsForWholeDisks() throws Exception {
        BenchDisk target = target(40 * MIB);
        target.startCounting();
        SortedMap<Integer, Integer> pairs = new TreeMap<>(Map.of(1, 1));
        assertRefused(
                new Request.Clone("/dev/sda", "/dev/sdb", pairs, Coverage.NEEDED, false, true, RENEWED),
                "are for whole disks");
        assertThat(target.isUntouched()).isTrue();
    }

    @Test
    void aTargetThatIsTooSmallIsNamedToTheByte() throws Exception {
        target(3 * MIB);
        assertRefused(
                cloneWith(new LayoutRequest(Wish.FILL, Identities.KEEP)),
                "bytes are missing",
                "Choose a target of at least");
    }
}
