package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.engine.StoreFaults.Hit;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.units.Extent;

/** Captures that go wrong: none says that it is complete, none touches the source or an image that was there before. */
final class CaptureFaultTest {
    private static final int NO_END = 200;

    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private String earlier;
    private String sourceHash;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 4 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 2048), part(2, 4096, 3000));
        Layouts.content(source.medium(), new Extent(MIB, MIB), 1);
        Layouts.content(source.medium(), new Extent(2 * MIB, 3000 * 512), 2);
        earlier = bench.image("/dev/sda");
        sourceHash = source.hash();
    }

    @AfterEach
    void nothingOldIsHarmed() throws Exception {
        bench.storesAre(store -> store);
        source.asSource(device -> device);
        assertThat(source.hash()).as("the source").isEqualTo(sourceHash);
        assertThat(bench.verify(earlier).state()).isEqualTo(JobState.COMPLETE);
        BenchDisk target = bench.disk("/dev/sdz", 4 * MIB);
        Layouts.fill(target.medium(), 9);
        assertThat(bench.restore(earlier, "/dev/sdz").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
        bench.close();
    }

    /** Runs a capture with a fault at the n-th change or read of the store, for all n that are reached. */
    private int atEveryCall(LongFunction<StoreFaults> faults, FaultCheck check) throws Exception {
        for (int n = 1; n < NO_END; n++) {
            StoreFaults fault = faults.apply(n);
            List<Path> before = files();
            Plan plan = bench.plan(TestBench.anew(TestBench.captureOf("/dev/sda", bench.images())));
            bench.storesAre(fault::on);
            Report report = bench.run(plan);
            bench.storesAre(store -> store);
            if (!fault.hasStruck()) {
                assertThat(report.state()).isEqualTo(JobState.COMPLETE);
                return n - 1;
            }
            List<Path> made = files();
            made.removeAll(before);
            check.check(n, report, made);
        }
        throw new AssertionError("the capture never went through");
    }

    @FunctionalInterface
    private interface FaultCheck {
        void check(int n, Report report, List<Path> made) throws Exception;
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of(bench.images()))) {
            return new java.util.ArrayList<>(
                    files.filter(file -> file.toString().contains(".rkimg")
                                    && !file.toString().contains(".report"))
                            .toList());
        }
    }

    private void assertUnfinished(int n, Report report, List<Path> made, int exitCode) throws Exception {
        assertThat(report.state().isSuccess()).as("%d: %s", n, report.toText()).isFalse();
        for (Path file : made) {
            ImageFacts facts = bench.service().image(file.toString());
            boolean finished = !file.toString().endsWith(".partial");
            assertThat(facts.isRestorable()).as("%d: %s", n, file).isEqualTo(finished);
            if (finished) {
                assertThat(bench.verify(file.toString()).state()).isEqualTo(JobState.COMPLETE);
            } else {
                assertThat(report.toText()).contains(file.toString());
            }
        }
        JobState expected = made.isEmpty() ? JobState.FAILED : JobState.INCOMPLETE;
        assertThat(report.state()).as("%d: %s", n, report.toText()).isEqualTo(expected);
        assertThat(report.state().exitCode()).isEqualTo(made.isEmpty() ? 1 : exitCode);
        String consequence = made.isEmpty() ? "No image was made" : "The image is incomplete";
        assertThat(report.toText()).as("%d", n).contains(consequence, "The source is unchanged");
    }

    @Test
    void spaceThatEndsAtAnyWriteLeavesAnIncompleteImage() throws Exception {
        int calls =
                atEveryCall(n -> StoreFaults.from(Hit.TORN_CHANGE, n, DeviceException.ENOSPC), (n, report, made) -> {
                    assertUnfinished(n, report, made, 5);
                    assertThat(report.headline()).startsWith("There is no space left");
                });
        assertThat(calls).isGreaterThan(15);
    }

    @Test
    void anErrorAtAnyWriteLeavesAnIncompleteImage() throws Exception {
        atEveryCall(
                n -> StoreFaults.only(Hit.CHANGE, n, DeviceException.EIO),
                (n, report, made) -> assertUnfinished(n, report, made, 5));
    }

    @Test
    void aPlaceThatVanishesAtAnyWriteLeavesAnIncompleteImage() throws Exception {
        atEveryCall(
                n -> StoreFaults.from(Hit.CHANGE, n, DeviceException.ENXIO),
                (n, report, made) -> assertUnfinished(n, report, made, 5));
    }

    @Test
    void anErrorAtAnyReadOfTheNewImageIsNoSuccess() throws Exception {
        int calls = atEveryCall(n -> StoreFaults.only(Hit.READ, n, DeviceException.EIO), this::assertUnproven);
        assertThat(calls).isGreaterThan(5);
    }

    @Test
    void aBitThatDoesNotReadBackIsNoSuccess() throws Exception {
        int[] found = new int[1];
        atEveryCall(n -> StoreFaults.only(Hit.FLIPPED_READ, n, 0), (n, report, made) -> {
            if (report.state() == JobState.COMPLETE) {
                assertRestorable(report.resultPath()); // what was hit is stored more than once
            } else {
                assertUnproven(n, report, made);
                found[0]++;
            }
        });
        assertThat(found[0]).isGreaterThan(5);
    }

    private void assertUnproven(int n, Report report, List<Path> made) throws Exception {
        assertThat(report.state()).as("%d: %s", n, report.toText()).isEqualTo(JobState.FAILED);
        assertThat(made).hasSize(1);
        assertThat(report.toText())
                .as("%d", n)
                .contains("The image was written", made.getFirst().toString());
        assertThat(report.toText()).doesNotContain("Nothing was written");
        assertThat(made.getFirst().toString()).endsWith(".rkimg.damaged");
        List<ImageFacts> listed = bench.service().images(bench.images());
        assertThat(listed)
                .filteredOn(image -> image.path().equals(made.getFirst().toString()))
                .singleElement()
                .satisfies(image -> {
                    assertThat(image.state()).isEqualTo(ImageFacts.State.DAMAGED);
                    assertThat(image.problem()).contains("did not read back");
                    assertThat(image.isRestorable()).isFalse();
                });
    }

    /** Its place is read-only by then; the report says so, because its name says nothing. */
    @Test
    void anImageThatDoesNotReadBackAndCannotBeRenamedIsToldOf() throws Exception {
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        bench.storesAre(store -> new UnflushedStore(
                StoreFaults.only(Hit.READ, 3, DeviceException.EIO).on(store)) {
            @Override
            public void rename(String name, String newName) throws RescueException {
                if (newName.endsWith(".damaged")) {
                    throw new DeviceException("Renaming failed: read-only", DeviceException.EROFS);
                }
                super.rename(name, newName);
            }
        });
        Report report = bench.run(plan);
        assertThat(report.state()).isEqualTo(JobState.FAILED);
        assertThat(report.toText()).contains("could not be renamed (Renaming failed: read-only)", "delete it");
    }

    @Test
    void anErrorAtAnyReadOfTheSourceIsSalvagedOrToldAtOnce() throws Exception {
        int n = 1;
        for (; n < NO_END; n++) {
            FaultyDevice faulty = faultySource(new Fault.ReadError(Fault.Calls.only(n), DeviceException.EIO));
            Report report = bench.capture("/dev/sda");
            if (faulty.struck() == 0) {
                break;
            }
            assertThat(report.state()).as("%d: %s", n, report.toText()).isIn(JobState.COMPLETE, JobState.REFUSED);
            if (report.state() == JobState.COMPLETE) {
                assertRestorable(report.resultPath());
            }
        }
        assertThat(n).isBetween(10, NO_END - 1);
    }

    @Test
    void aSourceThatVanishesAtAnyReadEndsTheJob() throws Exception {
        int n = 0;
        for (; n < NO_END; n++) {
            FaultyDevice faulty = faultySource(new Fault.Gone(n));
            try {
                Report report = bench.capture("/dev/sda");
                if (faulty.struck() == 0) {
                    break;
                }
                assertThat(report.state()).as("%d: %s", n, report.toText()).isIn(JobState.FAILED, JobState.INCOMPLETE);
                assertThat(report.toText()).contains("is gone");
            } catch (RescueException e) {
                assertThat(e).isInstanceOf(DeviceException.class).hasMessageContaining("is gone");
            }
        }
        assertThat(n).isBetween(10, NO_END - 1);
    }

    private FaultyDevice faultySource(Fault fault) {
        FaultyDevice faulty = new FaultyDevice(source.medium(), 1, fault);
        source.asSource((BlockDevice ignored) -> faulty);
        return faulty;
    }

    private void assertRestorable(String image) throws Exception {
        BenchDisk target = bench.disk("/dev/sdy", 4 * MIB);
        assertThat(bench.restore(image, "/dev/sdy").state()).isEqualTo(JobState.COMPLETE);
        source.asSource(device -> device);
        Compare.assertRestored(source, target);
    }
}
