package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;
import static org.rescuekey.engine.TestBench.restoreOf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** Images that build on others: what they hold, what they need, and what is said when that is not there. */
final class ChainTest {
    private static final long DISK_BYTES = 20 * MIB;

    private final TestBench bench = new TestBench();
    private BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);

    @BeforeEach
    void makeDisk() throws Exception {
        disk = bench.disk("/dev/sda", DISK_BYTES);
        Layouts.gpt(disk.medium(), part(1, 2048, 20480), part(2, 24576, 8192));
        Layouts.fill(disk.medium(), new Extent(MIB, 10 * MIB), 1);
        Layouts.fill(disk.medium(), new Extent(12 * MIB, 4 * MIB), 2);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Plan plan(Request.Kind kind) throws Exception {
        return bench.plan(captureOf(kind, "/dev/sda", bench.images()));
    }

    private String capture(Request.Kind kind) throws Exception {
        Report report = bench.run(plan(kind));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        return report.resultPath();
    }

    private void change(int seed) throws Exception {
        Layouts.fill(disk.medium(), new Extent(MIB + seed * MIB, 4096), seed);
    }

    private void assertRestores(String image) throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
        Layouts.fill(target.medium(), 99);
        Report report = bench.restore(image, "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    @Test
    void anIncrementalImageHoldsWhatChanged() throws Exception {
        long full = Files.size(Path.of(capture(Request.Kind.AUTO)));
        change(3);
        String image = capture(Request.Kind.AUTO);
        assertThat(Path.of(image).getFileName().toString()).startsWith("002-inc-");
        // One block of 256 KiB, its page of the index, and what every image has.
        assertThat(Files.size(Path.of(image))).isLessThan(320 * 1024).isLessThan(full / 20);
        assertRestores(image);
    }

    @Test
    void nothingChangedIsNothingStored() throws Exception {
        capture(Request.Kind.AUTO);
        assertThat(Files.size(Path.of(capture(Request.Kind.AUTO)))).isLessThan(24 * 1024);
    }

    @Test
    void aDifferentialImageNeedsTheFullOneAlone() throws Exception {
        capture(Request.Kind.FULL);
        change(1);
        String incremental = capture(Request.Kind.INCREMENTAL);
        change(2);
        String differential = capture(Request.Kind.DIFFERENTIAL);
        Files.delete(Path.of(incremental));
        assertRestores(differential);
    }

    @Test
    void theKindIsProposedWithItsReason() throws Exception {
        assertThat(plan(Request.Kind.AUTO).toText()).contains("A full image", "no image of this disk yet");
        String first = capture(Request.Kind.AUTO);
        assertThat(plan(Request.Kind.AUTO).toText())
                .contains(
                        "An incremental image",
                        "changed since " + Path.of(first).getFileName());
    }

    @Test
    void anImageOfAnotherDiskIsNoParent() throws Exception {
        capture(Request.Kind.AUTO);
        disk.serial("ANOTHER");
        assertThat(plan(Request.Kind.AUTO).toText()).contains("A full image");
    }

    @Test
    void withoutAParentThereIsNoIncrementalImage() throws Exception {
        PlanResult result = bench.service().plan(captureOf(Request.Kind.INCREMENTAL, "/dev/sda", bench.images()));
        assertThat(result).isInstanceOfSatisfying(PlanResult.Refused.class, refused -> {
            assertThat(refused.reason()).contains("nothing to build on");
            assertThat(refused.remedy()).contains("--kind full");
        });
    }

    @Test
    void aMissingParentIsNamed() throws Exception {
        String full = capture(Request.Kind.FULL);
        change(1);
        String image = capture(Request.Kind.INCREMENTAL);
        Files.delete(Path.of(full));
        ImageFacts facts = bench.service().image(image);
        assertThat(facts.state()).isEqualTo(ImageFacts.State.PARENT_MISSING);
        assertThat(facts.problem()).contains(String.valueOf(Path.of(full).getFileName()), "not in");
        assertThat(bench.service().images(bench.images()).getFirst().state())
                .isEqualTo(ImageFacts.State.PARENT_MISSING);
        bench.disk("/dev/sdb", DISK_BYTES);
        assertThat(bench.service().plan(restoreOf(image, "/dev/sdb"))).isInstanceOf(PlanResult.Refused.class);
        assertThat(bench.verify(image).state()).isEqualTo(JobState.DAMAGED);
    }

    @Test
    void aRenamedParentIsFoundByWhatItIs() throws Exception {
        Path full = Path.of(capture(Request.Kind.FULL));
        change(1);
        String image = capture(Request.Kind.INCREMENTAL);
        Files.move(full, full.resolveSibling("my old backup.rkimg"));
        assertRestores(image);
    }

    @Test
    void aReplacedParentIsRefused() throws Exception {
        String full = capture(Request.Kind.FULL);
        change(1);
        String image = capture(Request.Kind.INCREMENTAL);
        String other = capture(Request.Kind.FULL);
        Files.copy(Path.of(other), Path.of(full), StandardCopyOption.REPLACE_EXISTING);
        assertThat(bench.service().image(image).state()).isEqualTo(ImageFacts.State.PARENT_MISSING);
    }

    @Test
    void aParentThatChangedSinceThePlanIsRefusedBeforeAnythingIsWritten() throws Exception {
        String full = capture(Request.Kind.FULL);
        Plan plan = plan(Request.Kind.INCREMENTAL);
        byte[] bytes = Files.readAllBytes(Path.of(full));
        bytes[bytes.length - 4000] ^= 1;
        Files.write(Path.of(full), bytes);
        Report report = bench.run(plan);
        assertThat(report.state().isSuccess()).isFalse();
        try (Stream<Path> files = Files.list(Path.of(full).getParent())) {
            assertThat(files.filter(file -> file.toString().contains("-inc-"))).isEmpty();
        }
    }

    @Test
    void damageInAParentIsFoundThroughItsChild() throws Exception {
        String full = capture(Request.Kind.FULL);
        change(1);
        String image = capture(Request.Kind.INCREMENTAL);
        byte[] bytes = Files.readAllBytes(Path.of(full));
        bytes[bytes.length / 2] ^= 1;
        Files.write(Path.of(full), bytes);
        Report report = bench.verify(image);
        assertThat(report.state()).isEqualTo(JobState.DAMAGED);
        assertThat(report.toText()).contains(String.valueOf(Path.of(full).getFileName()));
    }

    @Test
    void partitionsThatChangedAreSaid() throws Exception {
        capture(Request.Kind.FULL);
        Layouts.gpt(disk.medium(), part(1, 4096, 16384), part(3, 24576, 8192));
        Plan plan = plan(Request.Kind.INCREMENTAL);
        assertThat(plan.toText()).contains("Moved since then", "Resized since then", "New since then", "No longer in");
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertRestores(bench.service().images(bench.images()).getFirst().path());
    }

    @Test
    void aSetIsNamedByItsDirectoryItsImageOrItsIdentity() throws Exception {
        String full = capture(Request.Kind.FULL);
        disk.serial("A new board, the same disk");
        String set = String.valueOf(Path.of(full).getParent());
        String id =
                Objects.requireNonNull(bench.service().image(full).lineage()).setId();
        for (String into : new String[] {set, full, id, id.substring(0, 8)}) {
            Request request =
                    TestBench.into(TestBench.captureOf(Request.Kind.INCREMENTAL, "/dev/sda", bench.images()), into);
            Plan plan = bench.plan(request);
            assertThat(plan.toText()).as(into).contains("Store what has changed since");
        }
    }
}
