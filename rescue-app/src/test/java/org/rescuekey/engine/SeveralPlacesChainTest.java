package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** Image sets in several places: what each must hold for the next image to build on it. */
final class SeveralPlacesChainTest {
    private final TwoPlaces places = new TwoPlaces();
    private final TestBench bench = places.bench;
    private final String first = places.first;
    private final String second = places.second;

    @AfterEach
    void close() {
        places.close();
    }

    @Test
    void anIncrementalImageBuildsOnTheSameParentInEach() throws Exception {
        assertThat(places.captureToBoth(Request.Kind.AUTO).state()).isEqualTo(JobState.COMPLETE);
        Layouts.content(places.disk.medium(), new Extent(MIB, MIB), 2);
        Plan plan = bench.plan(places.request(Request.Kind.AUTO, first, second));
        assertThat(plan.toText())
                .contains(
                        "An incremental image",
                        "image " + TwoPlaces.images(second).getFirst() + " is ");
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        TwoPlaces.remove(first);
        assertThat(bench.service().images(second)).hasSize(2).allMatch(ImageFacts::isRestorable);
        places.assertRestores(TwoPlaces.images(second).getLast());
    }

    @Test
    void aPlaceWithoutTheParentIsNamed() throws Exception {
        bench.image("/dev/sda");
        Layouts.content(places.disk.medium(), new Extent(MIB, MIB), 2);
        for (Request.Kind kind : List.of(Request.Kind.INCREMENTAL, Request.Kind.DIFFERENTIAL)) {
            assertThatThrownBy(() -> bench.plan(places.request(kind, first, second)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(second + " does not hold 001-full");
        }
        // An image of the same disk and name, but not the same.
        assertThat(bench.run(bench.plan(places.request(Request.Kind.FULL, second)))
                        .state())
                .isEqualTo(JobState.COMPLETE);
        assertThatThrownBy(() -> places.captureToBoth(Request.Kind.INCREMENTAL)).isInstanceOf(RefusedException.class);
        Plan plan = bench.plan(places.request(Request.Kind.AUTO, first, second));
        assertThat(plan.toText()).contains("A full image", second + " does not hold 001-full");
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        // Now both have one and the same.
        assertThat(bench.plan(places.request(Request.Kind.AUTO, first, second)).toText())
                .contains("An incremental image");
    }

    @Test
    void aParentThatGoesInOnePlaceWhenTheCaptureBeginsCostsThatPlaceOnly() throws Exception {
        assertThat(places.captureToBoth(Request.Kind.AUTO).state()).isEqualTo(JobState.COMPLETE);
        Path parent = TwoPlaces.images(second).getFirst();
        Plan plan = bench.plan(places.request(Request.Kind.INCREMENTAL, first, second));
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
        places.noFaults();
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.INCOMPLETE);
        assertThat(report.toText()).contains(parent + " was deleted or renamed");
        assertThat(TwoPlaces.images(second, ".partial")).isEmpty();
        places.assertRestores(TwoPlaces.images(first).getLast());
    }

    @Test
    void anEncryptedSetHasTheSamePasswordsInAllPlacesOrIsRefused() throws Exception {
        offer("Brieftaube");
        Plan plan = bench.plan(places.request(Request.Kind.AUTO, true, first, second));
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertThat(TwoPlaces.images(second).getFirst())
                .hasSameBinaryContentAs(TwoPlaces.images(first).getFirst());
        Layouts.content(places.disk.medium(), new Extent(MIB, MIB), 2);
        assertThat(places.captureToBoth(Request.Kind.AUTO).state()).isEqualTo(JobState.COMPLETE);
        bench.service().keys().add(TwoPlaces.images(second).getFirst().toString(), password("Zaunkönig"));
        Report report = places.captureToBoth(Request.Kind.AUTO);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.REFUSED);
        assertThat(report.headline()).contains("The passwords of the image set in " + first);
        bench.service().keys().forget();
        offer("Zaunkönig");
        TwoPlaces.remove(first);
        places.assertRestores(TwoPlaces.images(second).getLast());
    }

    private void offer(String password) throws RescueException {
        bench.service().keys().offer(password(password));
    }

    private static Password password(String text) throws RescueException {
        return Password.ofChars(text.toCharArray());
    }
}
