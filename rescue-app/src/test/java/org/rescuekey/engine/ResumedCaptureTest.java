package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** A capture that broke off is gone on with by the next one, if the source still is what it was. */
final class ResumedCaptureTest {
    private static final long DISK_BYTES = 5 * MIB;

    private final TestBench bench = new TestBench();
    private final BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);

    @ParameterizedTest
    @CsvSource({"FULL,0", "FULL,1", "INCREMENTAL,0", "INCREMENTAL,1"})
    void aCaptureIsGoneOnWithFromAnyChange(Request.Kind kind, int partMib) throws RescueException {
        Layouts.content(disk.medium(), new Extent(0, DISK_BYTES), 1);
        if (kind == Request.Kind.INCREMENTAL) {
            bench.image("/dev/sda");
            Layouts.content(disk.medium(), new Extent(MIB, 3 * MIB), 2);
        }
        Request.Capture request = request(kind, partMib * MIB, true);
        int resumed = 0;
        boolean isDone = false;
        for (int change = 3; !isDone; change += 4) {
            StoreFaults faults = StoreFaults.from(
                    change % 8 == 3 ? StoreFaults.Hit.TORN_CHANGE : StoreFaults.Hit.CHANGE,
                    change,
                    DeviceException.ENOSPC);
            bench.storesAre(faults::on);
            Report broken = bench.run(bench.plan(request));
            bench.storesAre(store -> store);
            if (broken.state() == JobState.COMPLETE) {
                isDone = true;
                continue;
            }
            List<String> partials = partials();
            Plan plan = bench.plan(request);
            boolean resumes = plan.toText().contains("Resumes ");
            Report report = bench.run(plan);
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
            if (resumes) {
                resumed++;
                assertThat(partials).contains(report.resultPath() + ".partial");
                assertThat(report.resultPath() + ".partial").isNotIn(partials());
            }
            checkRestores(report.resultPath());
            remove(report.resultPath());
        }
        assertThat(resumed).isGreaterThan(2);
    }

    @Test
    void aSourceThatHasChangedGetsANewImage() throws RescueException {
        Layouts.content(disk.medium(), new Extent(0, DISK_BYTES), 1);
        breakOff(12);
        List<String> partials = partials();
        assertThat(partials).hasSize(1);
        byte[] before = read(partials.getFirst());
        Layouts.content(disk.medium(), new Extent(0, 512), 9);
        Report report = bench.run(bench.plan(request(Request.Kind.FULL, 0, true)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(partials()).isEqualTo(partials);
        assertThat(partials).doesNotContain(report.resultPath() + ".partial");
        assertThat(read(partials.getFirst())).startsWith(before);
        checkRestores(report.resultPath());
    }

    @Test
    void anotherTableOrKindIsNotGoneOnWith() throws RescueException {
        Layouts.content(disk.medium(), new Extent(0, DISK_BYTES), 1);
        breakOff(12);
        assertThat(bench.plan(request(Request.Kind.FULL, 0, true)).toText()).contains("Resumes ");
        assertThat(bench.plan(request(Request.Kind.FULL, 0, false)).toText()).contains("is left as it is, as asked");
        assertThat(bench.plan(request(Request.Kind.FULL, MIB, true)).toText()).contains("is left as it is: ");
        Layouts.gpt(disk.medium(), List.of(Layouts.part(1, 64, 2000)));
        assertThat(bench.plan(request(Request.Kind.FULL, 0, true)).toText()).doesNotContain("Resumes ");
    }

    @Test
    void whatAnUnfinishedIncrementalHoldsIsRecoveredAsIncomplete() throws RescueException {
        Layouts.content(disk.medium(), new Extent(0, DISK_BYTES), 1);
        String full = bench.image("/dev/sda");
        Layouts.content(disk.medium(), new Extent(MIB, 3 * MIB), 2);
        bench.storesAre(StoreFaults.from(StoreFaults.Hit.CHANGE, 12, DeviceException.ENOSPC)::on);
        assertThat(bench.run(bench.plan(request(Request.Kind.INCREMENTAL, 0, true)))
                        .state())
                .isEqualTo(JobState.INCOMPLETE);
        bench.storesAre(store -> store);
        ImageFacts facts = bench.service().recover(partials().getFirst());
        assertThat(facts.state()).isEqualTo(ImageFacts.State.INCOMPLETE);
        assertThat(facts.usedBytes()).isGreaterThan(MIB);
        assertThat(facts.problem()).contains("It holds ", "the rest was not captured");
        assertThat(bench.verify(facts.path()).headline()).contains("incomplete");
        bench.disk("/dev/sdb", DISK_BYTES);
        assertThatThrownBy(() -> bench.plan(TestBench.restoreOf(facts.path(), "/dev/sdb")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("the rest was not captured");
        assertThat(bench.verify(full).state()).isEqualTo(JobState.COMPLETE);
    }

    @Test
    void anImageThatWasGoneOnWithIsNamedWhenItsSourceDoesNotClose() throws RescueException {
        Layouts.content(disk.medium(), new Extent(0, DISK_BYTES), 1);
        breakOff(12);
        String begun = partials().getFirst().replace(".partial", "");
        Plan plan = bench.plan(request(Request.Kind.FULL, 0, true));
        bench.machine().protectionIsStuck();
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        assertThat(report.toText()).contains("The image was written as " + begun + ",");
        assertThat(Path.of(begun)).exists();
    }

    private void breakOff(int change) throws RescueException {
        bench.storesAre(StoreFaults.from(StoreFaults.Hit.CHANGE, change, DeviceException.ENOSPC)::on);
        Report broken = bench.run(bench.plan(request(Request.Kind.FULL, 0, true)));
        assertThat(broken.state()).as(broken.toText()).isEqualTo(JobState.INCOMPLETE);
        bench.storesAre(store -> store);
    }

    private Request.Capture request(Request.Kind kind, long partBytes, boolean resume) {
        return TestBench.inParts(captureOf(kind, "/dev/sda", bench.images()), partBytes, resume);
    }

    private void checkRestores(String image) throws RescueException {
        BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
        Layouts.fill(target.medium(), 77);
        Report report = bench.restore(image, "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    private List<String> partials() {
        try (Stream<Path> files = Files.walk(Path.of(bench.images()))) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".rkimg.partial"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(String file) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The image and its parts, and all that is unfinished, so that the next round begins anew. */
    private void remove(String image) {
        try (Stream<Path> files = Files.walk(Path.of(bench.images()))) {
            for (Path file : files.toList()) {
                String name = file.toString();
                if (name.startsWith(image) || name.endsWith(".partial")) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
