package org.rescuekey.tui.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.rescuekey.tui.model.DiskPicture;
import org.rescuekey.tui.model.DiskPicture.Part;
import org.rescuekey.units.Extent;

class DiskBarTest {
    @Property
    void runsFillTheRowInTheirOrder(
            @ForAll @Size(max = 40) List<@LongRange(min = 1, max = 1L << 44) Long> lengths,
            @ForAll @IntRange(min = 3, max = 200) int columns) {
        List<DiskBar.Run> runs = DiskBar.layout(picture(lengths), columns);

        int column = 1;
        for (DiskBar.Run run : runs) {
            assertThat(run.column()).isEqualTo(column);
            assertThat(run.cells()).isPositive();
            assertThat(run.filled()).isBetween(0, run.cells());
            column = run.end() + 1;
        }
        assertThat(column).isEqualTo(columns);
        assertThat(runs.stream().flatMap(run -> run.part().stream()).map(Part::number))
                .isSorted();
    }

    @Test
    void cellsAreToScale() {
        List<DiskBar.Run> runs = DiskBar.layout(picture(List.of(1000L, 3000L)), 43);

        assertThat(runs).extracting(DiskBar.Run::cells).containsExactly(10, 30);
        assertThat(runs).extracting(DiskBar.Run::filled).containsExactly(5, 15);
    }

    @Test
    void theSmallestPartIsSeenBesideTheLargest() {
        List<DiskBar.Run> runs = DiskBar.layout(picture(List.of(1L, 1L << 50, 1L)), 76);

        assertThat(runs).hasSize(3).allMatch(run -> run.cells() >= 3);
    }

    private static DiskPicture picture(List<Long> lengths) {
        List<Part> parts = new ArrayList<>();
        long at = 0;
        for (long length : lengths) {
            parts.add(
                    new Part(parts.size() + 1, new Extent(at, length), OptionalLong.of(length / 2), "", "", List.of()));
            at += length;
        }
        return new DiskPicture("Model", "", "", Math.max(1, at), List.of(), List.of(), parts);
    }
}
