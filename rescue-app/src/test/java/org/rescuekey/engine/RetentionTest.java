package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.engine.StoreFaults.Hit;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.container.BlockCursor;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** Old restore points go; the others stay, whatever happens on the way. */
final class RetentionTest extends RetentionBench {
    /** Header and description, and nothing behind. */
    private static final long BEGINNING_BYTES = 8192;

    @Test
    void whatNobodyKeepsAndNobodyNeedsIsDeleted() throws Exception {
        chain(3);
        capture(Request.Kind.FULL);
        capture(Request.Kind.INCREMENTAL);
        Plan plan = prune(2);
        assertThat(plan.overwrites().isNothing()).isFalse();
        assertThatThrownBy(() -> ConfirmedPlan.harmless(plan)).isInstanceOf(RefusedException.class);
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertThat(restorable()).hasSize(2);
        assertThat(Path.of(images.get(3))).exists();
        assertRestores(images.get(4), then.get(4));
    }

    @Test
    void whatNobodyKeepsButSomebodyNeedsIsMerged() throws Exception {
        chain(6);
        assertThat(bench.run(prune(3)).state()).isEqualTo(JobState.COMPLETE);
        assertThat(restorable()).hasSize(3);
        assertPointsRestore(3);
        assertRestores(images.get(5), then.get(5));
        assertThat(bench.verify(images.get(5)).state()).isEqualTo(JobState.COMPLETE);
        // What comes later builds on what is left.
        capture(Request.Kind.INCREMENTAL);
        assertRestores(images.get(6), then.get(6));
        assertThat(bench.run(prune(2)).state()).isEqualTo(JobState.COMPLETE);
        assertThat(restorable()).hasSize(2);
        assertRestores(images.get(6), then.get(6));
    }

    @Test
    void pruningTwiceDoesNothingTheSecondTime() throws Exception {
        chain(4);
        bench.run(prune(2));
        Plan again = prune(2);
        assertThat(again.steps()).isEmpty();
        assertThat(again.overwrites().isNothing()).isTrue();
        assertThat(bench.run(again).state()).isEqualTo(JobState.COMPLETE);
    }

    @Test
    void anImageThatSeveralNeedStays() throws Exception {
        capture(Request.Kind.FULL);
        capture(Request.Kind.DIFFERENTIAL);
        capture(Request.Kind.DIFFERENTIAL);
        Plan plan = prune(2);
        assertThat(plan.toText()).contains("stays: several images build on it");
        bench.run(plan);
        assertThat(Path.of(images.getFirst())).exists();
        assertRestores(images.get(1), then.get(1));
        assertRestores(images.get(2), then.get(2));
        bench.run(prune(1));
        assertThat(restorable()).hasSize(1);
        assertRestores(restorable().getFirst().path(), then.get(2));
    }

    /** The newest is damaged, and all before it are whole: none of them may go. */
    @Test
    void nothingGoesWhileTheNewestPointDoesNotReadBack() throws Exception {
        chain(3);
        capture(Request.Kind.DIFFERENTIAL);
        assertNothingGoes(prune(1));
        capture(Request.Kind.FULL);
        assertNothingGoes(prune(1));
    }

    private void assertNothingGoes(Plan plan) throws Exception {
        Path newest = Path.of(images.getLast());
        byte[] whole = Files.readAllBytes(newest);
        byte[] damaged = whole.clone();
        try (ImageReader reader = ImageReader.open(new FileImageStore(newest.resolveSibling("")), name(newest))) {
            BlockCursor blocks = reader.blocks(1);
            BlockEntry own = blocks.next();
            while (own != null && (own.image() != 0 || own.storedBytes() < 64)) {
                own = blocks.next();
            }
            damaged[(int) ((own == null ? 0 : own.offsetBytes() + own.endBytes()) / 2)] ^= 1;
        }
        Files.write(newest, damaged);
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        for (String image : images) {
            assertThat(Path.of(image)).exists();
        }
        Files.write(newest, whole);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    @Test
    void aChainBecomesOneFullImage() throws Exception {
        chain(4);
        Plan plan = bench.plan(new Request.Consolidate(set(), ""));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertThat(restorable()).hasSize(1);
        String full = restorable().getFirst().path();
        assertThat(full).contains("-full-");
        assertRestores(full, then.get(3));
    }

    @Test
    void aChainIsConsolidatedUpToAnImage() throws Exception {
        chain(5);
        Plan plan = bench.plan(new Request.Consolidate(set(), images.get(2)));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertThat(restorable()).hasSize(3);
        assertRestores(images.get(3), then.get(3));
        assertRestores(images.get(4), then.get(4));
    }

    @Test
    void aDamagedBlockIsNotMergedAway() throws Exception {
        chain(3);
        SortedMap<String, byte[]> files = save();
        byte[] first = Files.readAllBytes(Path.of(images.getFirst()));
        int refused = 0;
        for (int i = 1; i < 10; i++) {
            byte[] bytes = first.clone();
            bytes[bytes.length / 10 * i] ^= 1;
            Files.write(Path.of(images.getFirst()), bytes);
            Report report = bench.run(prune(1));
            if (report.state() == JobState.COMPLETE) {
                assertRestores(restorable().getFirst().path(), then.get(2)); // what was hit is no longer needed
            } else {
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
                assertThat(report.toText()).contains("No image was deleted before", "Nothing was made or deleted");
                images.forEach(image -> assertThat(Path.of(image)).exists());
                refused++;
            }
            putBack(files);
        }
        assertThat(refused).isGreaterThan(3);
    }

    /** Cut at every change, with images in one file and in parts: the next run goes on, and leaves nothing but what stays. */
    @ParameterizedTest
    @ValueSource(longs = {0, MIB})
    void aCutAtAnyWriteLosesNoPointThatStays(long limit) throws Exception {
        partBytes = limit;
        if (limit > 0) {
            Layouts.fill(disk.medium(), new Extent(MIB, 2 * MIB), 7); // too much for one part
        }
        chain(4);
        assertThat(files().stream().anyMatch(name -> name.endsWith(".rkimg.002")))
                .isEqualTo(limit > 0);
        SortedMap<String, byte[]> files = save();
        for (int n = 1; ; n++) {
            StoreFaults fault = StoreFaults.from(Hit.TORN_CHANGE, n, DeviceException.EIO);
            bench.storesAre(fault::on);
            Report report = bench.run(prune(2));
            bench.storesAre(store -> store);
            if (!fault.hasStruck()) {
                assertThat(report.state()).isEqualTo(JobState.COMPLETE);
                assertThat(n).isGreaterThan(12);
                return;
            }
            assertThat(report.state()).as("%d: %s", n, report.toText()).isEqualTo(JobState.INCOMPLETE);
            assertPointsRestore(2);
            Report again = bench.run(prune(2));
            assertThat(again.state()).as("%d, again: %s", n, again.toText()).isEqualTo(JobState.COMPLETE);
            assertThat(restorable()).hasSize(2);
            assertPointsRestore(2);
            assertNothingIsLeft(n);
            putBack(files);
        }
    }

    /** Only the very beginning of a merger, without any block, cannot be told from that of a capture: it stays. */
    private void assertNothingIsLeft(int n) throws Exception {
        assertThat(files()).as("%d", n).noneMatch(name -> name.endsWith(".deleting"));
        List<String> stays = restorable().stream()
                .map(image -> String.valueOf(Path.of(image.path()).getFileName()))
                .toList();
        for (String name : files()) {
            boolean isOfImage = stays.stream().anyMatch(name::startsWith);
            boolean isBeginning = name.endsWith(".rkimg.partial") && Files.size(Path.of(set(), name)) < BEGINNING_BYTES;
            assertThat(isOfImage || isBeginning)
                    .as("%d: %s of %s", n, name, files())
                    .isTrue();
        }
    }
}
