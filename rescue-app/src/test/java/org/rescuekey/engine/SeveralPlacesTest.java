package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.TestBench.MIB;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.crypto.Password;
import org.rescuekey.engine.StoreFaults.Hit;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** One capture to several places: the same image in each, and each with an end of its own. */
final class SeveralPlacesTest {
    private static final long DISK_BYTES = 4 * MIB;

    private final TestBench bench = new TestBench();
    private final BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);
    private final String first = bench.images();
    private final String second = bench.directory().resolve("second").toString();

    @BeforeEach
    void prepare() throws Exception {
        Files.createDirectory(Path.of(second));
        Layouts.content(disk.medium(), new Extent(0, DISK_BYTES), 1);
    }

    @AfterEach
    void close() {
        bench.service().keys().forget();
        bench.close();
    }

    private Request.Capture request(Request.Kind kind, String... places) {
        return request(kind, false, places);
    }

    private static Request.Capture request(Request.Kind kind, boolean encrypt, String... places) {
        return new Request.Capture(
                "/dev/sda",
                new TreeSet<>(),
                places[0],
                1,
                Coverage.NEEDED,
                true,
                kind,
                "",
                0,
                encrypt,
                true,
                List.of(places).subList(1, places.length));
    }

    private Report captureToBoth(Request.Kind kind) throws RescueException {
        return bench.run(bench.plan(request(kind, first, second)));
    }

    private static List<Path> images(String place, String suffix) {
        try (Stream<Path> files = Files.walk(Path.of(place))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> images(String place) {
        return images(place, ".rkimg");
    }

    private void assertRestores(Path image) throws RescueException {
        assertThat(bench.verify(image.toString()).state()).isEqualTo(JobState.COMPLETE);
        BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
        Layouts.fill(target.medium(), 77);
        Report report = bench.restore(image.toString(), "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    private void faultsIn(String place, StoreFaults faults) {
        bench.storesAre(store -> store.place().startsWith(place) ? faults.on(store) : store);
    }

    private void noFaults() {
        bench.storesAre(store -> store);
    }

    @Test
    void theSameImageGoesToEachAndIsProvenInEach() throws Exception {
        Plan plan = bench.plan(request(Request.Kind.FULL, first, second));
        assertThat(plan.toText())
                .contains("Store the image as " + first, "Store the same image as " + second)
                .contains("Read back and check every block of " + first, "Read back and check every block of " + second)
                .contains("--to " + first + " --to " + second);
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(report.headline()).contains("in all 2 places");
        assertThat(images(first)).hasSize(1);
        assertThat(images(second)).hasSize(1);
        assertThat(images(second).getFirst())
                .hasSameBinaryContentAs(images(first).getFirst());
        assertThat(bench.machine().placesOpenedForWriting()).contains(first, second);
        assertThat(images(first, ".report.txt")).hasSize(1);
        assertThat(images(second, ".report.txt")).hasSize(1);
        assertRestores(images(second).getFirst());
    }

    @Test
    void partsAreAsSmallAsTheMostNarrowPlaceWantsThem() throws RescueException {
        bench.machine().placeIs(second, "vfat", 1L << 40, "");
        assertThat(bench.plan(request(Request.Kind.FULL, first, second)).toText())
                .contains("FAT, holds no longer files", "at most 4.0 GiB");
        Plan plan = bench.plan(inParts(request(Request.Kind.FULL, first, second)));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        List<Path> parts = images(first, "");
        assertThat(parts.stream()
                        .filter(file -> file.toString().contains(".rkimg"))
                        .count())
                .isGreaterThan(2);
        assertRestores(images(second).getFirst());
    }

    private static Request.Capture inParts(Request.Capture of) {
        return new Request.Capture(
                of.source(),
                of.partitions(),
                of.place(),
                of.level(),
                of.coverage(),
                of.verify(),
                of.kind(),
                of.into(),
                MIB,
                of.encrypt(),
                of.resume(),
                of.otherPlaces());
    }

    /** At every change: the other place gets its whole image, the job is not complete, and the failed place is named. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPlaceThatFailsDoesNotStopTheOther(boolean isFirst) throws Exception {
        String bad = isFirst ? first : second;
        String good = isFirst ? second : first;
        int n = 1;
        for (; n < 200; n++) {
            int known = images(good).size();
            StoreFaults faults = StoreFaults.from(Hit.TORN_CHANGE, n, DeviceException.ENOSPC);
            Plan plan = bench.plan(request(Request.Kind.FULL, first, second));
            faultsIn(bad, faults);
            Report report = bench.run(plan);
            noFaults();
            if (!faults.hasStruck()) {
                assertThat(report.state()).isEqualTo(JobState.COMPLETE);
                break;
            }
            assertThat(report.state()).as("%d: %s", n, report.toText()).isEqualTo(JobState.INCOMPLETE);
            assertThat(report.state().exitCode()).isEqualTo(5);
            assertThat(report.headline()).contains("complete as " + good, "but not in " + bad);
            assertThat(report.toText()).contains("Not complete in " + bad, "Make room in " + bad);
            assertThat(report.resultPath()).startsWith(good);
            assertThat(images(good)).hasSize(known + 1);
            assertThat(bench.verify(report.resultPath()).state()).isEqualTo(JobState.COMPLETE);
            if (n % 7 == 1) {
                assertRestores(Path.of(report.resultPath()));
            }
        }
        assertThat(n).isBetween(10, 199);
    }

    @Test
    void whereAllPlacesFailNothingIsComplete() throws Exception {
        bench.storesAre(StoreFaults.from(Hit.CHANGE, 20, DeviceException.ENXIO)::on);
        Report report = captureToBoth(Request.Kind.FULL);
        noFaults();
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.INCOMPLETE);
        assertThat(report.toText()).contains("kept as " + first, "kept as " + second);
        assertThat(report.resultPath()).isEmpty();
        assertThat(images(first)).isEmpty();
        assertThat(images(second)).isEmpty();
    }

    @Test
    void anImageThatDoesNotReadBackInOnePlaceIsSetAsideThere() throws Exception {
        for (int n : new int[] {1, 2, 5, 8}) {
            StoreFaults faults = StoreFaults.from(Hit.FLIPPED_READ, n, 0);
            Plan plan = bench.plan(request(Request.Kind.FULL, first, second));
            int known = images(second).size();
            faultsIn(second, faults);
            Report report = bench.run(plan);
            noFaults();
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.INCOMPLETE);
            assertThat(report.headline()).contains("but not in " + second);
            assertThat(images(second)).hasSize(known);
            assertThat(images(second, ".rkimg.damaged")).isNotEmpty();
            assertRestores(Path.of(report.resultPath()));
        }
    }

    @Test
    void anIncrementalImageBuildsOnTheSameParentInEach() throws Exception {
        assertThat(captureToBoth(Request.Kind.AUTO).state()).isEqualTo(JobState.COMPLETE);
        Layouts.content(disk.medium(), new Extent(MIB, MIB), 2);
        Plan plan = bench.plan(request(Request.Kind.AUTO, first, second));
        assertThat(plan.toText())
                .contains("An incremental image", "image " + images(second).getFirst() + " is ");
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        remove(first);
        assertThat(bench.service().images(second)).hasSize(2).allMatch(ImageFacts::isRestorable);
        assertRestores(images(second).getLast());
    }

    @Test
    void aPlaceWithoutTheParentIsNamed() throws Exception {
        bench.image("/dev/sda");
        Layouts.content(disk.medium(), new Extent(MIB, MIB), 2);
        for (Request.Kind kind : List.of(Request.Kind.INCREMENTAL, Request.Kind.DIFFERENTIAL)) {
            assertThatThrownBy(() -> bench.plan(request(kind, first, second)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(second + " does not hold 001-full");
        }
        // An image of the same disk and name, but not the same.
        assertThat(bench.run(bench.plan(request(Request.Kind.FULL, second))).state())
                .isEqualTo(JobState.COMPLETE);
        assertThatThrownBy(() -> captureToBoth(Request.Kind.INCREMENTAL)).isInstanceOf(RefusedException.class);
        Plan plan = bench.plan(request(Request.Kind.AUTO, first, second));
        assertThat(plan.toText()).contains("A full image", second + " does not hold 001-full");
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        // Now both have one and the same.
        assertThat(bench.plan(request(Request.Kind.AUTO, first, second)).toText())
                .contains("An incremental image");
    }

    @Test
    void aParentThatGoesInOnePlaceWhenTheCaptureBeginsCostsThatPlaceOnly() throws Exception {
        assertThat(captureToBoth(Request.Kind.AUTO).state()).isEqualTo(JobState.COMPLETE);
        Path parent = images(second).getFirst();
        Plan plan = bench.plan(request(Request.Kind.INCREMENTAL, first, second));
        bench.storesAre(store -> !store.place().startsWith(second)
                ? store
                : new UnflushedStore(store) {
                    @Override
                    public ImageOutput create(String name) throws RescueException {
                        ImageOutput output = super.create(name);
                        if (super.exists(String.valueOf(parent.getFileName()))) {
                            super.rename(String.valueOf(parent.getFileName()), "elsewhere");
                        }
                        return output;
                    }
                });
        Report report = bench.run(plan);
        noFaults();
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.INCOMPLETE);
        assertThat(report.toText()).contains(parent + " was deleted or renamed");
        assertThat(images(second, ".partial")).isEmpty();
        assertRestores(images(first).getLast());
    }

    @Test
    void anUnfinishedImageIsLeftAndCanBeGoneOnWithInItsPlaceAlone() throws Exception {
        Plan plan = bench.plan(request(Request.Kind.FULL, first, second));
        faultsIn(second, StoreFaults.from(Hit.CHANGE, 12, DeviceException.ENOSPC));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.INCOMPLETE);
        noFaults();
        assertThat(images(second, ".partial")).hasSize(1);
        Plan alone = bench.plan(request(Request.Kind.FULL, second));
        assertThat(alone.toText()).contains("Resumes ");
        assertThat(bench.plan(request(Request.Kind.FULL, second, first)).toText())
                .contains("a capture to several places begins anew");
        Report report = bench.run(alone);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertRestores(Path.of(report.resultPath()));
    }

    @Test
    void anEncryptedSetHasTheSamePasswordsInAllPlacesOrIsRefused() throws Exception {
        offer("Brieftaube");
        Plan plan = bench.plan(request(Request.Kind.AUTO, true, first, second));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertThat(images(second).getFirst())
                .hasSameBinaryContentAs(images(first).getFirst());
        Layouts.content(disk.medium(), new Extent(MIB, MIB), 2);
        assertThat(captureToBoth(Request.Kind.AUTO).state()).isEqualTo(JobState.COMPLETE);
        bench.service().keys().add(images(second).getFirst().toString(), password("Zaunkönig"));
        Report report = captureToBoth(Request.Kind.AUTO);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.REFUSED);
        assertThat(report.headline()).contains("The passwords of the image set in " + first);
        bench.service().keys().forget();
        offer("Zaunkönig");
        remove(first);
        assertRestores(images(second).getLast());
    }

    private void offer(String password) throws RescueException {
        bench.service().keys().offer(password(password));
    }

    private static Password password(String text) throws RescueException {
        return Password.ofChars(text.toCharArray());
    }

    @Test
    void aCancelledCaptureSaysWhatIsLeftInEachPlace() throws Exception {
        Report report = bench.run(bench.plan(request(Request.Kind.FULL, first, second)), (control, event) -> {
            if (event instanceof JobEvent.StepStarted started && started.step() == 1) {
                control.cancel();
            }
        });
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.toText()).contains("kept as " + first, "kept as " + second);
        Report late = bench.run(bench.plan(request(Request.Kind.FULL, first, second)), (control, event) -> {
            if (event instanceof JobEvent.StepStarted started && started.words().contains("every block of " + second)) {
                control.cancel();
            }
        });
        assertThat(late.state()).isEqualTo(JobState.CANCELLED);
        assertThat(late.toText()).contains("Complete: " + first, "The image was written as " + second);
    }

    @Test
    void placesThatCannotBeAreRefused() throws RescueException {
        assertThatThrownBy(() -> bench.plan(request(Request.Kind.FULL, first, first)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("named twice");
        Request.Capture into = new Request.Capture(
                "/dev/sda",
                new TreeSet<>(),
                first,
                1,
                Coverage.NEEDED,
                true,
                Request.Kind.AUTO,
                "abcdef",
                0,
                false,
                true,
                List.of(second));
        assertThatThrownBy(() -> bench.plan(into))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("several places");
        bench.machine().placeIs(second, "ext4", 1L << 40, "/dev/sda");
        assertThatThrownBy(() -> bench.plan(request(Request.Kind.FULL, first, second)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(second + " lies on the source itself");
        bench.machine().placeIs(first, "ext4", 1L << 40, "/dev/sdx");
        bench.machine().placeIs(second, "ext4", 1L << 40, "/dev/sdx");
        assertThat(bench.plan(request(Request.Kind.FULL, first, second)).toText())
                .contains("lie on the same disk, /dev/sdx");
    }

    private static void remove(String place) {
        for (Path file : images(place, "")) {
            try {
                if (Files.isRegularFile(file)) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** All stores are asked, and none of those that failed is asked again. */
    @Test
    void aPlaceThatFailedIsLeftAlone() throws Exception {
        int[] calls = new int[1];
        Plan plan = bench.plan(request(Request.Kind.FULL, first, second));
        bench.storesAre(store -> !store.place().startsWith(second) ? store : failing(store, calls));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.INCOMPLETE);
        noFaults();
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
