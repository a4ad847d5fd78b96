package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThroughputTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void countsWholeSecondsOnly() {
        Throughput throughput = Throughput.NONE
                .heard(SECOND / 2, 50)
                .heard(SECOND - 1, 100)
                .heard(SECOND, 110)
                .heard(2 * SECOND - 1, 300)
                .heard(2 * SECOND, 310);

        assertThat(throughput.perSecond()).containsExactly(100L, 200L);
        assertThat(throughput.recent(1)).isEqualTo(200);
        assertThat(throughput.recent(30)).isEqualTo(150);
    }

    @Test
    void secondsWithoutNewsGetAnEvenShare() {
        Throughput throughput = Throughput.NONE
                .heard(SECOND / 2, 100)
                .heard(4 * SECOND + 1, 500)
                .heard(5 * SECOND, 500);

        assertThat(throughput.perSecond()).containsExactly(100L, 100L, 100L, 100L, 100L);
    }

    @Test
    void keepsSoManySecondsHoweverLongAJobRuns() {
        Throughput throughput = Throughput.NONE;
        for (long second = 0; second < 10_000; second++) {
            throughput = throughput.heard(second * SECOND, second * 7);
        }
        throughput = throughput.heard(1_000_000 * SECOND, 7_000_000L);

        assertThat(throughput.moved()).hasSizeLessThanOrEqualTo(300);
        assertThat(throughput.perSecond()).allMatch(rate -> rate == 7 || rate == 6 || rate == 8);
    }

    @Test
    void bytesNeverGoBack() {
        Throughput throughput = Throughput.NONE.heard(0, 100).heard(SECOND, 50).heard(2 * SECOND, 60);

        assertThat(throughput.perSecond()).containsExactly(100L, 0L);
    }
}
