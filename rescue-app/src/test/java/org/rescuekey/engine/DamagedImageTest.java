package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** Images that are damaged on their medium: it is found, named, and nothing damaged reaches a target. */
final class DamagedImageTest {
    private static final int UNIT_BYTES = 512;

    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private BenchDisk target;
    private BenchDisk targetBefore;
    private Path image;
    private byte[] whole;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 3 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 2048), part(2, 4096, 1500));
        Layouts.fill(source.medium(), new Extent(MIB, 400_000), 1);
        Layouts.content(source.medium(), new Extent(2 * MIB, 1500 * 512), 2);
        image = Path.of(bench.image("/dev/sda"));
        whole = Files.readAllBytes(image);
        target = bench.disk("/dev/sdb", 3 * MIB);
        Layouts.fill(target.medium(), 99);
        targetBefore = bench.disk("/dev/sdc", 3 * MIB);
        Layouts.fill(targetBefore.medium(), 99);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** Every sector of the target is as it was, or zero by the erasing of the table, or right. */
    private void assertNothingFalseWasWritten() throws RescueException {
        byte[] zeros = new byte[UNIT_BYTES];
        for (long at = 0; at < 3 * MIB; at += UNIT_BYTES) {
            byte[] found = target.bytes(at, UNIT_BYTES);
            boolean allowed = Arrays.equals(found, source.bytes(at, UNIT_BYTES))
                    || Arrays.equals(found, targetBefore.bytes(at, UNIT_BYTES))
                    || Arrays.equals(found, zeros);
            assertThat(allowed).as("sector at %d", at).isTrue();
        }
    }

    private JobState restored() throws RescueException {
        Layouts.fill(target.medium(), 99);
        try {
            return bench.restore(image.toString(), "/dev/sdb").state();
        } catch (RefusedException e) {
            return JobState.REFUSED;
        }
    }

    @Test
    void aFlippedBitAnywhereIsFoundAndReachesNoTarget() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 60; i++) {
            int at = i < 20 ? i * 499 : i < 40 ? whole.length - 1 - (i - 20) * 409 : random.nextInt(whole.length);
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(image, damaged);
            Report verified = bench.verify(image.toString());
            assertThat(verified.state())
                    .as("byte %d: %s", at, verified.toText())
                    .isEqualTo(JobState.DAMAGED);
            assertThat(verified.state().exitCode()).isEqualTo(6);
            JobState restored = restored();
            if (restored == JobState.COMPLETE) {
                Compare.assertRestored(source, target); // a copy took its place
            } else {
                assertThat(restored).as("byte %d", at).isIn(JobState.FAILED, JobState.REFUSED);
            }
            assertNothingFalseWasWritten();
        }
    }

    @Test
    void damageToABlockIsNamedAndTheOthersStayWhole() throws Exception {
        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 1;
        Files.write(image, damaged);
        Report report = bench.verify(image.toString());
        assertThat(report.headline()).isEqualTo("The image is damaged: 1 place does not match.");
        assertThat(report.details()).hasSize(1).first().asString().contains("Block", "of the disk", "damaged");
        assertThat(restored()).isEqualTo(JobState.FAILED);
    }

    @Test
    void damageToACopyOfTheHeaderIsFoundAndNoObstacle() throws Exception {
        byte[] damaged = whole.clone();
        damaged[100] ^= 1;
        Files.write(image, damaged);
        Report report = bench.verify(image.toString());
        assertThat(report.state()).isEqualTo(JobState.DAMAGED);
        assertThat(report.headline()).contains("Every block is whole and can be restored");
        assertThat(restored()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
    }

    @Test
    void aTailThatIsLostIsFoundAndNothingIsRestored() throws Exception {
        for (int length : new int[] {0, 8, 2048, 4096, 5000, whole.length / 2, whole.length - 4096, whole.length - 1}) {
            Files.write(image, Arrays.copyOf(whole, length));
            target.startCounting();
            assertThat(bench.service().image(image.toString()).isRestorable()).isFalse();
            Report verified = bench.verify(image.toString());
            assertThat(verified.state()).as("%d: %s", length, verified.toText()).isEqualTo(JobState.DAMAGED);
            assertThat(verified.headline()).contains("incomplete");
            assertThatThrownBy(() -> bench.plan(TestBench.restoreOf(image.toString(), "/dev/sdb")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("cannot be restored");
            assertThat(target.isUntouched()).isTrue();
        }
    }

    @Test
    void whatIsNoImageIsSaidToBeNone() throws Exception {
        Path text = Files.writeString(image.resolveSibling("text.rkimg"), "no image ".repeat(1000));
        assertThatThrownBy(() -> bench.verify(text.toString()))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("is not a Rescue Key image");
        assertThatThrownBy(() -> bench.plan(TestBench.restoreOf(text.toString(), "/dev/sdb")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is not a Rescue Key image");
    }

    @Test
    void aListShowsEachImageAsWhatItIs() throws Exception {
        Files.write(image.resolveSibling("cut.rkimg"), Arrays.copyOf(whole, whole.length - 1));
        Files.write(image.resolveSibling("begun.rkimg.partial"), Arrays.copyOf(whole, 10_000));
        Files.writeString(image.resolveSibling("text.rkimg"), "no image ".repeat(1000));
        Files.writeString(image.resolveSibling("a;name!.rkimg"), "of a kind that we never give");
        Files.createSymbolicLink(image.resolveSibling("nowhere.rkimg"), Path.of("/nowhere"));
        Files.writeString(image.resolveSibling("other.txt"), "no image");
        List<ImageFacts> images = bench.service().images(bench.images());
        assertThat(images).hasSize(5);
        assertThat(images.getFirst().path()).isEqualTo(image.toString());
        assertThat(images.getFirst().state()).isEqualTo(ImageFacts.State.COMPLETE);
        assertThat(images.subList(1, 5))
                .allSatisfy(facts -> assertThat(facts.isRestorable()).isFalse())
                .allSatisfy(facts -> assertThat(facts.problem()).isNotEmpty());
    }

    @Test
    void aCutImageCanBeRecoveredAndSaysWhatItIs() throws Exception {
        Files.write(image, Arrays.copyOf(whole, whole.length - 4096));
        ImageFacts recovered = bench.service().recover(image.toString());
        assertThat(bench.verify(image.toString()).state())
                .isEqualTo(recovered.isRestorable() ? JobState.COMPLETE : JobState.DAMAGED);
        if (recovered.isRestorable()) {
            assertThat(restored()).isEqualTo(JobState.COMPLETE);
            Compare.assertRestored(source, target);
        }
    }

    @Test
    void aQuickCheckSeesTheStructureOnly() throws Exception {
        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 1;
        Files.write(image, damaged);
        Report quick = bench.run(bench.plan(new Request.Verify(image.toString(), true)));
        assertThat(quick.state()).isEqualTo(JobState.COMPLETE);
        assertThat(quick.headline())
                .contains("structure of the image is whole", "none of its blocks was read")
                .doesNotContain("can be restored");
    }
}
