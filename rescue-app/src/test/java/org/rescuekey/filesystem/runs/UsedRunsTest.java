package org.rescuekey.filesystem.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** The collection of runs: exact below its limit, a superset that keeps the limit above it. */
class UsedRunsTest {
    @Property(tries = 300)
    void collectsExactlyWhatWasAdded(@ForAll @Size(max = 60) List<@IntRange(min = 1, max = 9) Integer> steps) {
        UsedRuns runs = new UsedRuns();
        ExtentSet.Builder expected = ExtentSet.builder();
        long position = 0;
        for (int step : steps) {
            runs.add(position, position + step);
            expected.add(position, position + step);
            position += step + step % 3;
        }

        assertThat(runs.build()).isEqualTo(expected.build());
    }

    @Property(tries = 300)
    void neverExceedsItsLimitAndNeverLosesAByte(
            @ForAll @Size(max = 200) List<@IntRange(min = 1, max = 30_000) Integer> steps,
            @ForAll @IntRange(min = 2, max = 20) int limit) {
        UsedRuns runs = new UsedRuns(limit);
        ExtentSet.Builder builder = ExtentSet.builder();
        long position = 0;
        for (int step : steps) {
            runs.add(position, position + step);
            builder.add(position, position + step);
            position += 2L * step;
        }
        ExtentSet added = builder.build();

        ExtentSet built = runs.build();

        assertThat(built.size()).isLessThanOrEqualTo(limit);
        assertThat(added.subtract(built)).isEqualTo(ExtentSet.empty());
        if (!steps.isEmpty()) {
            assertThat(built.get(built.size() - 1).end())
                    .isEqualTo(added.get(added.size() - 1).end());
        }
    }

    @Property(tries = 300)
    void unionIsThatOfTheSets(
            @ForAll @Size(max = 20) List<@IntRange(max = 99) Integer> one,
            @ForAll @Size(max = 20) List<@IntRange(max = 99) Integer> other) {
        assertThat(UsedRuns.union(set(one), set(other))).isEqualTo(set(one).union(set(other)));
    }

    @Example
    void splintersOfALargeVolumeStayInTheLimit() {
        UsedRuns runs = new UsedRuns();
        for (long i = 0; i < 3L * UsedRuns.LIMIT_RUNS; i++) {
            runs.add(i * 8192, i * 8192 + 4096);
        }

        assertThat(runs.build().size()).isLessThanOrEqualTo(UsedRuns.LIMIT_RUNS);
    }

    private static ExtentSet set(List<Integer> starts) {
        return ExtentSet.of(starts.stream().map(start -> new Extent(start, 3)).toArray(Extent[]::new));
    }
}
