package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.engine.StoreFaults.Hit;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.KeepRules;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Old restore points go; the others stay, whatever happens on the way. */
final class RetentionTest {
    private static final long DISK_BYTES = 6 * MIB;

    private final TestBench bench = new TestBench();
    private final List<String> images = new ArrayList<>();
    private final List<BenchDisk> then = new ArrayList<>();
    private BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);

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

    private void capture(Request.Kind kind) throws Exception {
        Report report = bench.run(bench.plan(captureOf(kind, "/dev/sda", bench.images())));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        images.add(report.resultPath());
        BenchDisk copy = new BenchDisk("/dev/sda", DISK_BYTES, SectorSize.SECTOR_512);
        ByteBuffer buffer = ByteBuffer.allocate((int) DISK_BYTES);
        disk.medium().read(0, buffer);
        copy.medium().write(0, buffer.flip());
        then.add(copy);
        long changed = MIB + 300_000L * images.size() / 512 * 512;
        Layouts.content(disk.medium(), new Extent(changed, 8192), images.size());
    }

    /** A full image and incremental ones. */
    private void chain(int length) throws Exception {
        capture(Request.Kind.FULL);
        for (int i = 1; i < length; i++) {
            capture(Request.Kind.INCREMENTAL);
        }
    }

    private String set() {
        return String.valueOf(Path.of(images.getFirst()).getParent());
    }

    private Plan prune(int last) throws Exception {
        return bench.plan(new Request.Prune(set(), new KeepRules(last, 0, 0, 0)));
    }

    private List<ImageFacts> restorable() throws Exception {
        return bench.service().images(bench.images()).stream()
                .filter(ImageFacts::isRestorable)
                .toList();
    }

    /** The content of the disk at the time of one of the captures comes back from an image. */
    private void assertRestores(String image, BenchDisk of) throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
        Layouts.fill(target.medium(), 99);
        Report report = bench.restore(image, "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(of, target);
    }

    /** The newest captures can be restored, each from some image. */
    private void assertPointsRestore(int newest) throws Exception {
        for (BenchDisk point : then.subList(then.size() - newest, then.size())) {
            boolean found = false;
            for (ImageFacts image : restorable()) {
                BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
                Layouts.fill(target.medium(), 99);
                assertThat(bench.restore(image.path(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
                found |= bytesOf(target, point);
            }
            assertThat(found).as("a restore point that had to stay").isTrue();
        }
    }

    private static boolean bytesOf(BenchDisk target, BenchDisk point) throws Exception {
        byte[] wanted = point.bytes(MIB, (int) (2 * MIB));
        return Arrays.equals(wanted, target.bytes(MIB, (int) (2 * MIB)));
    }

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
        assertThat(plan.toText()).contains("stays although no rule keeps it");
        bench.run(plan);
        assertThat(Path.of(images.getFirst())).exists();
        assertRestores(images.get(1), then.get(1));
        assertRestores(images.get(2), then.get(2));
        bench.run(prune(1));
        assertThat(restorable()).hasSize(1);
        assertRestores(restorable().getFirst().path(), then.get(2));
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
        List<byte[]> files = save();
        int refused = 0;
        for (int i = 1; i < 10; i++) {
            byte[] bytes = files.getFirst().clone();
            bytes[bytes.length / 10 * i] ^= 1;
            Files.write(Path.of(images.getFirst()), bytes);
            Report report = bench.run(prune(1));
            if (report.state() == JobState.COMPLETE) {
                assertRestores(restorable().getFirst().path(), then.get(2)); // what was hit is no longer needed
            } else {
                assertThat(report.toText()).contains("No image was deleted before");
                images.forEach(image -> assertThat(Path.of(image)).exists());
                refused++;
            }
            putBack(files);
        }
        assertThat(refused).isGreaterThan(3);
    }

    @Test
    void aCutAtAnyWriteLosesNoPointThatStays() throws Exception {
        for (int n = 1; ; n++) {
            StoreFaults fault = StoreFaults.from(Hit.TORN_CHANGE, n, DeviceException.EIO);
            if (images.isEmpty()) {
                chain(4);
            }
            List<byte[]> files = save();
            bench.storesAre(fault::on);
            Report report = bench.run(prune(2));
            bench.storesAre(store -> store);
            if (!fault.hasStruck()) {
                assertThat(report.state()).isEqualTo(JobState.COMPLETE);
                assertThat(n).isGreaterThan(12);
                return;
            }
            assertThat(report.state()).as("%d: %s", n, report.toText()).isNotEqualTo(JobState.COMPLETE);
            assertPointsRestore(2);
            removeUnfinished();
            Report again = bench.run(prune(2));
            assertThat(again.state()).as("%d, again: %s", n, again.toText()).isEqualTo(JobState.COMPLETE);
            assertThat(restorable()).hasSize(2);
            assertPointsRestore(2);
            putBack(files);
        }
    }

    private List<byte[]> save() throws Exception {
        List<byte[]> files = new ArrayList<>();
        for (String image : images) {
            files.add(Files.readAllBytes(Path.of(image)));
        }
        return files;
    }

    private void putBack(List<byte[]> files) throws Exception {
        try (Stream<Path> there = Files.list(Path.of(set()))) {
            for (Path file : there.toList()) {
                Files.delete(file);
            }
        }
        for (int i = 0; i < files.size(); i++) {
            Files.write(Path.of(images.get(i)), files.get(i));
        }
    }

    private void removeUnfinished() throws Exception {
        try (Stream<Path> there = Files.list(Path.of(set()))) {
            for (Path file :
                    there.filter(each -> each.toString().endsWith(".partial")).toList()) {
                Files.delete(file);
            }
        }
    }
}
