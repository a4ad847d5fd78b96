package org.rescuekey.filesystem.runs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

class BadRunsTest {
    @Test
    void runsBeyondTheLimitAreNotTakenButAdjacentOnesAre() {
        BadRuns bad = new BadRuns(2);

        assertThat(bad.add(0, 10)).isTrue();
        assertThat(bad.add(20, 30)).isTrue();
        assertThat(bad.add(30, 40)).isTrue();
        assertThat(bad.add(50, 60)).isFalse();

        assertThat(bad.build()).isEqualTo(ExtentSet.of(Extent.between(0, 10), Extent.between(20, 40)));
    }

    @Test
    void whatIsNeededIsNeverBadAndNeverFree() {
        ExtentSet marked = ExtentSet.of(Extent.between(0, 100));
        ExtentSet bad = ExtentSet.of(Extent.between(50, 80));
        ExtentSet needed = ExtentSet.of(Extent.between(60, 70), Extent.between(200, 210));

        Allocation allocation = Allocation.of(marked, bad, needed);

        assertThat(allocation.used())
                .isEqualTo(ExtentSet.of(
                        Extent.between(0, 50),
                        Extent.between(60, 70),
                        Extent.between(80, 100),
                        Extent.between(200, 210)));
        assertThat(allocation.bad()).isEqualTo(ExtentSet.of(Extent.between(50, 60), Extent.between(70, 80)));
        assertThat(allocation.unmarked()).isEqualTo(ExtentSet.of(Extent.between(200, 210)));
    }
}
