package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.plan.Request;

/** The level follows the bottleneck: the queues before workers and writer are all that it sees. */
final class LevelChooserTest {
    private static final int WORKERS = 2;
    private static final int SLOTS = 2 * WORKERS + 2;

    private final LevelChooser chooser = LevelChooser.of(Request.Capture.ADAPTIVE_LEVEL, WORKERS);

    private int targetIsSlow(int times) {
        int level = 0;
        for (int i = 0; i < times; i++) {
            level = chooser.next(0, SLOTS - 2);
        }
        return level;
    }

    private int coresAreSlow(int times) {
        int level = 0;
        for (int i = 0; i < times; i++) {
            level = chooser.next(WORKERS + 1, 0);
        }
        return level;
    }

    @Test
    void itBeginsAtTheLowestAndRisesWhileTheTargetIsSlow() {
        assertThat(chooser.next(0, 0)).isEqualTo(1);
        assertThat(targetIsSlow(LevelChooser.RISE_AFTER - 1)).isEqualTo(1);
        assertThat(targetIsSlow(1)).isEqualTo(2);
        assertThat(targetIsSlow(100 * LevelChooser.RISE_AFTER)).isEqualTo(LevelChooser.HIGHEST);
        assertThat(chooser.words().orElseThrow()).contains("at levels 1 to 9");
    }

    @Test
    void itFallsBackToTheLowestWhileTheCoresAreSlow() {
        targetIsSlow(100 * LevelChooser.RISE_AFTER);
        assertThat(coresAreSlow(LevelChooser.FALL_AFTER - 1)).isEqualTo(LevelChooser.HIGHEST);
        assertThat(coresAreSlow(1)).isEqualTo(LevelChooser.HIGHEST - 1);
        assertThat(coresAreSlow(100 * LevelChooser.FALL_AFTER)).isEqualTo(LevelChooser.LOWEST);
    }

    @Test
    void looksThatDoNotAgreeChangeNothing() {
        for (int i = 0; i < 1000; i++) {
            assertThat(targetIsSlow(LevelChooser.RISE_AFTER - 1)).isEqualTo(1);
            assertThat(chooser.next(0, 1)).isEqualTo(1);
        }
        assertThat(chooser.words()).isEmpty();
    }

    @Test
    void aSourceThatEverybodyWaitsForChangesNothing() {
        targetIsSlow(3 * LevelChooser.RISE_AFTER);
        int level = chooser.next(0, 0);
        for (int i = 0; i < 1000; i++) {
            assertThat(chooser.next(0, i % (WORKERS + 1))).isEqualTo(level);
        }
    }

    /** One slot of every worker may be done before an older one is: that is no slow target. */
    @Test
    void slotsThatWaitForAnotherWorkerAreNotTheTargets() {
        for (int i = 0; i < 1000; i++) {
            assertThat(chooser.next(0, WORKERS)).isEqualTo(1);
        }
    }

    @Test
    void aFixedLevelStays() {
        LevelChooser fixed = LevelChooser.of(19, WORKERS);
        for (int i = 0; i < 1000; i++) {
            assertThat(fixed.next(0, SLOTS)).isEqualTo(19);
            assertThat(fixed.next(SLOTS, 0)).isEqualTo(19);
        }
    }

    /** A target that fits exactly one level: that one is kept nearly always, though the next one is tried again now and then. */
    @ParameterizedTest
    @CsvSource({"1", "3", "6", "8"})
    void itSettlesWhereTargetAndCoresMeet(int fits) {
        List<Integer> levels = new ArrayList<>();
        int level = 1;
        for (int i = 0; i < 20_000; i++) {
            level = level <= fits ? chooser.next(0, SLOTS - 2) : chooser.next(WORKERS + 1, 0);
            levels.add(level);
        }
        List<Integer> settled = levels.subList(5_000, levels.size());
        assertThat(settled).allMatch(each -> each >= fits && each <= fits + 1);
        assertThat(settled.stream().filter(each -> each == fits).count()).isGreaterThan(settled.size() * 9L / 10);
    }

    /** A target that becomes slow for good after a time of being fast is followed all the same. */
    @Test
    void whatWasTooHighOnceIsReachedLater() {
        for (int i = 0; i < 50; i++) {
            targetIsSlow(1000);
            coresAreSlow(1000);
        }
        assertThat(targetIsSlow(20_000)).isEqualTo(LevelChooser.HIGHEST);
    }
}
