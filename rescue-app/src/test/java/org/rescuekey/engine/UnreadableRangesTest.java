package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** What could not be read is kept range by range, up to a number that any machine holds, and counted behind it. */
final class UnreadableRangesTest {
    private static final Extent ALL = new Extent(0, 1 << 30);
    private static final Step.ReadStream STREAM = new Step.ReadStream(0, "the disk", ALL, ExtentSet.of(ALL));

    private static ExtentSet sector(long number) {
        return ExtentSet.of(new Extent(number * 512, 512));
    }

    @Test
    void whatIsTooMuchIsCounted() {
        UnreadableRanges lost = new UnreadableRanges(3);
        for (int i = 0; i < 5; i++) {
            assertThat(lost.isCut()).isEqualTo(i > 3);
            lost.add(STREAM, sector(10L * i));
        }
        assertThat(lost.of(STREAM).size()).isEqualTo(3);
        assertThat(lost.sentences()).hasSize(4).last().isEqualTo("And 2 more ranges.");
    }

    /** A dead area comes block by block, and is one range whatever its size. */
    @Test
    void aRangeThatGoesOnIsOne() {
        UnreadableRanges lost = new UnreadableRanges(1);
        for (int i = 0; i < 1000; i++) {
            lost.add(STREAM, sector(i));
        }
        assertThat(lost.isCut()).isFalse();
        assertThat(lost.of(STREAM)).isEqualTo(ExtentSet.of(new Extent(0, 512_000)));
    }
}
