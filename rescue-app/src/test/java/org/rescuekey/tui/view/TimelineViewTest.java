package org.rescuekey.tui.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;
import org.rescuekey.tui.Invented;
import org.rescuekey.tui.InventedSets;
import org.rescuekey.tui.ScreenText;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Key.Kind;
import org.rescuekey.tui.model.Msg;
import org.rescuekey.tui.model.Size;

/** What a list of restore points keeps in sight. */
class TimelineViewTest {
    @Test
    void whereverTheListIsTheSetAndTheMarkedPointAreInSight() {
        Walk walk = listing(InventedSets.longChain(90), Size.STANDARD);
        for (int number = 90; number >= 1; number--) {
            List<String> rows = rows(walk);
            assertThat(rows).anyMatch(row -> row.contains("OptiPlex 7050: Samsung") && row.contains("90 points"));
            String marked = String.format("  > %3d  2026-", number);
            assertThat(rows).anyMatch(row -> row.startsWith(marked));
            walk.press(Kind.DOWN);
        }
    }

    @Test
    void twoSetsOfOneDiskAreToldApartByTheirFolders() {
        List<ImageFacts> first = InventedSets.longChain(1);
        List<ImageFacts> both = Stream.concat(first.stream(), first.stream().map(TimelineViewTest::inAnotherFolder))
                .toList();

        List<String> rows = rows(listing(both, Size.STANDARD));

        assertThat(rows).anyMatch(row -> row.endsWith("5ad01f00, 1 point, 71.0 GiB"));
        assertThat(rows).anyMatch(row -> row.endsWith("77aa0011, 1 point, 71.0 GiB"));
        assertThat(rows(listing(first, Size.STANDARD))).noneMatch(row -> row.contains("5ad01f00, "));
    }

    @Test
    void aLargeScreenShowsMoreRestorePointsAndTheirFiles() {
        Walk walk = listing(InventedSets.longChain(90), new Size(200, 60));

        assertThat(rows(walk))
                .filteredOn(row -> row.contains("-incremental-2026-"))
                .hasSizeGreaterThan(40);
    }

    private static ImageFacts inAnotherFolder(ImageFacts image) {
        ImageLineage lineage = java.util.Objects.requireNonNull(image.lineage());
        return new ImageFacts(
                image.path().replace("5ad01f00", "77aa0011"),
                image.imageId(),
                image.rootHash(),
                image.state(),
                image.problem(),
                image.description(),
                image.storedBytes(),
                image.usedBytes(),
                new ImageLineage(
                        "77aa0011",
                        lineage.kind(),
                        lineage.self(),
                        lineage.parent(),
                        lineage.absorbed(),
                        lineage.created()));
    }

    private static Walk listing(List<ImageFacts> images, Size size) {
        Walk walk = new Walk(size);
        walk.type("r").unanswered().press(Kind.END, Kind.ENTER);
        int ticket = walk.model().lastTicket();
        return walk.hear(new Msg.PlaceOpened(ticket, Invented.places().getLast()))
                .hear(new Msg.ImagesRead(ticket, images));
    }

    private static List<String> rows(Walk walk) {
        return ScreenText.of(walk.model(), new Look(Glyphs.UNICODE, Palette.CONSOLE))
                .lines()
                .map(row -> row.replaceAll("[█│ ]+$", ""))
                .toList();
    }
}
