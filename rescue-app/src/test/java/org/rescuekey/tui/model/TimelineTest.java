package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.tui.Invented;
import org.rescuekey.tui.InventedSets;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Key.Kind;
import org.rescuekey.tui.model.Timeline.Point;

/** Images in a place as the timelines of their sets. */
class TimelineTest {
    private final List<Timeline> sets = Timeline.of(InventedSets.images(false));

    @Test
    void eachSetIsATimelineAndTheNewestSetStandsFirst() {
        assertThat(sets)
                .extracting(Timeline::directory)
                .containsExactly(
                        "/mnt/nas/WDC-WDS100T2B0A/0b77c1e4",
                        "/mnt/nas/Samsung-SSD-970/5ad01f00",
                        "/mnt/nas/Samsung-SSD-970/c4de9912");
        assertThat(sets)
                .extracting(set -> set.title(80))
                .containsExactly(
                        "Encrypted, WDC-WDS100T2B0A/0b77c1e4",
                        "OptiPlex 7050: Samsung SSD 970 EVO Plus 500GB, S4EVNX0N123456A",
                        "OptiPlex 7050: Samsung SSD 970 EVO Plus 500GB, S4EVNX0N777777C");
    }

    @Test
    void whereThereIsLittleRoomTheModelIsCutAndNeverTheSerial() {
        assertThat(sets.get(1).title(48))
                .isEqualTo("OptiPlex 7050: Samsung SSD 9..., S4EVNX0N123456A")
                .hasSize(48);
    }

    @Test
    void aRestorePointNamesTheOneThatItBuildsOnWhateverLiesBetween() {
        assertThat(sets.get(1).points())
                .extracting(point -> point.number() + " " + point.baseMark())
                .containsExactly("6 gone", "4 on 1", "3 on 2", "2 on 1", "1 ", "0 ");
    }

    @Test
    void whatIsNotWholeStaysWithTheSetOfItsFolder() {
        assertThat(sets.get(1).points().getLast().image().state()).isEqualTo(ImageFacts.State.INCOMPLETE);
        assertThat(sets.get(2).points().getLast().image().state()).isEqualTo(ImageFacts.State.DAMAGED);
    }

    @Test
    void filesThatAreOfNoSetAreShownByThemselves() {
        List<Timeline> places = Timeline.of(Invented.images());

        assertThat(places).hasSize(2);
        assertThat(places.getLast().points())
                .singleElement()
                .satisfies(point -> assertThat(point.name()).isEqualTo("thesis.rki"));
    }

    @Test
    void imagesWithNamesOfTheirOwnAreNumberedByTheirAge() {
        List<ImageFacts> renamed = InventedSets.longChain(3).stream()
                .map(image -> new ImageFacts(
                        image.path().replaceAll("/00([0-9])-", "/my-$1-"),
                        image.imageId(),
                        image.rootHash(),
                        image.state(),
                        "",
                        image.description(),
                        1,
                        1,
                        image.lineage()))
                .toList();

        assertThat(Timeline.of(renamed).getFirst().points())
                .extracting(Point::number)
                .containsExactly(3, 2, 1);
    }

    @Test
    void theNextSetIsOneKeyAway() {
        Walk walk = new Walk(Size.STANDARD);
        walk.type("r").press(Kind.END, Kind.ENTER);
        assertThat(marked(walk)).contains("/0b77c1e4/002");
        walk.press(Kind.DOWN).type("n");
        assertThat(marked(walk)).contains("/5ad01f00/006");
        walk.type("n");
        assertThat(marked(walk)).contains("/c4de9912/001");
        walk.type("n");
        assertThat(marked(walk)).contains("/0b77c1e4/002");
    }

    @Test
    void aPointOfAChainIsRestoredAndOneWithoutItsParentIsNot() {
        Walk walk = new Walk(Size.STANDARD);
        walk.type("r").press(Kind.END, Kind.ENTER).type("n").press(Kind.ENTER);
        assertThat(walk.model().notice())
                .isEqualTo("An image that this one builds on is missing, so it cannot be restored.");

        walk.press(Kind.DOWN, Kind.DOWN, Kind.ENTER);
        assertThat(walk.model().screen())
                .isInstanceOfSatisfying(
                        DiskScreen.class,
                        screen -> assertThat(((DiskRole.Target) screen.role())
                                        .image()
                                        .path())
                                .contains("/003-incremental"));
    }

    private static String marked(Walk walk) {
        ImageScreen screen = (ImageScreen) walk.model().screen();
        return screen.points().get(screen.selected()).image().path();
    }
}
