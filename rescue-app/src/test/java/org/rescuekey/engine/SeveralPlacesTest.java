package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.engine.StoreFaults.Hit;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;

/** One capture to several places: the same image in each, and each with an end of its own. */
final class SeveralPlacesTest {
    private final TwoPlaces places = new TwoPlaces();
    private final TestBench bench = places.bench;
    private final String first = places.first;
    private final String second = places.second;

    @AfterEach
    void close() {
        places.close();
    }

    @Test
    void theSameImageGoesToEachAndIsProvenInEach() throws Exception {
        Plan plan = bench.plan(places.request(Request.Kind.FULL, first, second));
        assertThat(plan.toText())
                .contains("Store the image as " + first, "Store the same image as " + second)
                .contains("Read back and check every block of " + first, "Read back and check every block of " + second)
                .contains("--to " + first + " --to " + second);
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(report.headline()).contains("in all 2 places");
        assertThat(TwoPlaces.images(first)).hasSize(1);
        assertThat(TwoPlaces.images(second)).hasSize(1);
        assertThat(TwoPlaces.images(second).getFirst())
                .hasSameBinaryContentAs(TwoPlaces.images(first).getFirst());
        assertThat(bench.machine().placesOpenedForWriting()).contains(first, second);
        assertThat(TwoPlaces.images(first, ".report.txt")).hasSize(1);
        assertThat(TwoPlaces.images(second, ".report.txt")).hasSize(1);
        places.assertRestores(TwoPlaces.images(second).getFirst());
    }

    @Test
    void partsAreAsSmallAsTheMostNarrowPlaceWantsThem() throws RescueException {
        bench.machine().placeIs(second, "vfat", 1L << 40, "");
        assertThat(bench.plan(places.request(Request.Kind.FULL, first, second)).toText())
                .contains("FAT, holds no longer files", "at most 4.0 GiB");
        Plan plan = bench.plan(TestBench.inParts(places.request(Request.Kind.FULL, first, second), MIB, true));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        List<Path> parts = TwoPlaces.images(first, "");
        assertThat(parts.stream()
                        .filter(file -> file.toString().contains(".rkimg"))
                        .count())
                .isGreaterThan(2);
        places.assertRestores(TwoPlaces.images(second).getFirst());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPlaceThatFailsDoesNotStopTheOther(boolean isFirst) throws Exception {
        String bad = isFirst ? first : second;
        String good = isFirst ? second : first;
        int n = 1;
        for (; n < 200; n++) {
            int known = TwoPlaces.images(good).size();
            StoreFaults faults = StoreFaults.from(Hit.TORN_CHANGE, n, DeviceException.ENOSPC);
            Plan plan = bench.plan(places.request(Request.Kind.FULL, first, second));
            places.faultsIn(bad, faults);
            Report report = bench.run(plan);
            places.noFaults();
            if (!faults.hasStruck()) {
                assertThat(report.state()).isEqualTo(JobState.COMPLETE);
                break;
            }
            assertThat(report.state()).as("%d: %s", n, report.toText()).isEqualTo(JobState.INCOMPLETE);
            assertThat(report.state().exitCode()).isEqualTo(5);
            assertThat(report.headline()).contains("complete as " + good, "but not in " + bad);
            assertThat(report.toText()).contains("Not complete in " + bad, "Make room in " + bad);
            assertThat(report.resultPath()).startsWith(good);
            assertThat(TwoPlaces.images(good)).hasSize(known + 1);
            assertThat(bench.verify(report.resultPath()).state()).isEqualTo(JobState.COMPLETE);
            if (n % 7 == 1) {
                places.assertRestores(Path.of(report.resultPath()));
            }
        }
        assertThat(n).isBetween(10, 199);
    }

    @Test
    void whereAllPlacesFailNothingIsComplete() throws Exception {
        bench.storesAre(StoreFaults.from(Hit.CHANGE, 20, DeviceException.ENXIO)::on);
        Report report = places.captureToBoth(Request.Kind.FULL);
        places.noFaults();
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.INCOMPLETE);
        assertThat(report.toText()).contains("kept as " + first, "kept as " + second);
        assertThat(report.resultPath()).isEmpty();
        assertThat(TwoPlaces.images(first)).isEmpty();
        assertThat(TwoPlaces.images(second)).isEmpty();
    }

    @Test
    void anImageThatDoesNotReadBackInOnePlaceIsSetAsideThere() throws Exception {
        for (int n : new int[] {1, 2, 5, 8}) {
            StoreFaults faults = StoreFaults.from(Hit.FLIPPED_READ, n, 0);
            Plan plan = bench.plan(places.request(Request.Kind.FULL, first, second));
            int known = TwoPlaces.images(second).size();
            places.faultsIn(second, faults);
            Report report = bench.run(plan);
            places.noFaults();
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.INCOMPLETE);
            assertThat(report.headline()).contains("but not in " + second);
            assertThat(TwoPlaces.images(second)).hasSize(known);
            assertThat(TwoPlaces.images(second, ".rkimg.damaged")).isNotEmpty();
            places.assertRestores(Path.of(report.resultPath()));
        }
    }

    @Test
    void anUnfinishedImageIsLeftAndCanBeGoneOnWithInItsPlaceAlone() throws Exception {
        Plan plan = bench.plan(places.request(Request.Kind.FULL, first, second));
        places.faultsIn(second, StoreFaults.from(Hit.CHANGE, 12, DeviceException.ENOSPC));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.INCOMPLETE);
        places.noFaults();
        assertThat(TwoPlaces.images(second, ".partial")).hasSize(1);
        Plan alone = bench.plan(places.request(Request.Kind.FULL, second));
        assertThat(alone.toText()).contains("Resumes ");
        assertThat(bench.plan(places.request(Request.Kind.FULL, second, first)).toText())
                .contains("a capture to several places begins anew");
        Report report = bench.run(alone);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        places.assertRestores(Path.of(report.resultPath()));
    }

    @Test
    void aCancelledCaptureSaysWhatIsLeftInEachPlace() throws Exception {
        Report report = bench.run(bench.plan(places.request(Request.Kind.FULL, first, second)), (control, event) -> {
            if (event instanceof JobEvent.StepStarted started && started.step() == 1) {
                control.cancel();
            }
        });
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.toText()).contains("kept as " + first, "kept as " + second);
        Report late = bench.run(bench.plan(places.request(Request.Kind.FULL, first, second)), (control, event) -> {
            if (event instanceof JobEvent.StepStarted started && started.words().contains("every block of " + second)) {
                control.cancel();
            }
        });
        assertThat(late.state()).isEqualTo(JobState.CANCELLED);
        assertThat(late.toText()).contains("Complete: " + first, "The image was written as " + second);
    }

    @Test
    void placesThatCannotBeAreRefused() throws RescueException {
        assertThatThrownBy(() -> bench.plan(places.request(Request.Kind.FULL, first, first)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("named twice");
        Request.Capture into = TestBench.into(places.request(Request.Kind.AUTO, first, second), "abcdef");
        assertThatThrownBy(() -> bench.plan(into))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("several places");
        bench.machine().placeIs(second, "ext4", 1L << 40, "/dev/sda");
        assertThatThrownBy(() -> bench.plan(places.request(Request.Kind.FULL, first, second)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(second + " lies on the source itself");
        bench.machine().placeIs(first, "ext4", 1L << 40, "/dev/sdx");
        bench.machine().placeIs(second, "ext4", 1L << 40, "/dev/sdx");
        assertThat(bench.plan(places.request(Request.Kind.FULL, first, second)).toText())
                .contains("lie on the same disk, /dev/sdx");
    }

    /** All stores are asked, and none of those that failed is asked again. */
    @Test
    void aPlaceThatFailedIsLeftAlone() throws Exception {
        int[] calls = new int[1];
        Plan plan = bench.plan(places.request(Request.Kind.FULL, first, second));
        bench.storesAre(store -> !store.place().startsWith(second) ? store : failing(store, calls));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.INCOMPLETE);
        places.noFaults();
        assertThat(calls[0]).isEqualTo(1);
    }

    private static ImageStore failing(ImageStore store, int[] calls) {
        return new UnflushedStore(store) {
            @Override
            public ImageOutput create(String name) throws RescueException {
                return new UnflushedStore.Output(super.create(name)) {
                    @Override
                    public void append(ByteBuffer buffer) throws RescueException {
                        calls[0]++;
                        throw new DeviceException("Writing " + name() + " failed: it is gone", DeviceException.ENXIO);
                    }
                };
            }
        };
    }
}
