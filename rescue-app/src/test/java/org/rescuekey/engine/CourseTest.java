package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a job went: bounded, and what of it was slowest. */
final class CourseTest {
    private static final long MIB = 1L << 20;
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aJobOfDaysTakesNoMoreMemoryThanAShortOne() {
        Course.Recorder recorder = new Course.Recorder();
        long last = 3 * 24 * 3600L;
        for (long second = 0; second <= last; second++) {
            recorder.take(new Course.Sample(second * SECOND, second * MIB, 0, false));
        }
        Course course = recorder.end(new Course.Sample(last * SECOND, last * MIB, 0, false), 0);
        assertThat(course.samples()).hasSizeBetween(Course.Recorder.MOST / 3, Course.Recorder.MOST);
        assertThat(course.samples().getFirst().elapsedNanos()).isZero();
        assertThat(course.samples().getLast().elapsedNanos()).isEqualTo(last * SECOND);
        assertThat(course.samples()).isSortedAccordingTo((a, b) -> Long.compare(a.elapsedNanos(), b.elapsedNanos()));
    }

    /** A hundred seconds at 100 MiB/s, of which some are slower, and some paused. */
    private static Course course(int slowFrom, int slowTo, int pausedFrom, int pausedTo) {
        List<Course.Sample> samples = new ArrayList<>();
        long bytes = 0;
        for (int second = 0; second <= 100; second++) {
            boolean paused = second > pausedFrom && second <= pausedTo;
            samples.add(new Course.Sample(second * SECOND, bytes, bytes / 2, paused));
            boolean stands = second >= pausedFrom && second < pausedTo;
            bytes += stands ? 0 : (second >= slowFrom && second < slowTo ? 3 : 100) * MIB;
        }
        return new Course(samples, (pausedTo - pausedFrom) * SECOND);
    }

    @Test
    void theSlowestStretchIsFound() {
        Course.Stretch slowest = course(40, 60, 0, 0).slowest().orElseThrow();
        assertThat(slowest.bytesPerSecond()).isEqualTo(3 * MIB);
        assertThat(slowest.fromNanos()).isBetween(40 * SECOND, 50 * SECOND);
        assertThat(slowest.lengthNanos()).isEqualTo(10 * SECOND);
    }

    @Test
    void aPauseIsNoSlowStretch() {
        assertThat(course(0, 0, 30, 60).slowest().orElseThrow().bytesPerSecond())
                .isEqualTo(100 * MIB);
    }

    @Test
    void aShortJobHasNone() {
        assertThat(Course.UNKNOWN.slowest()).isEmpty();
        Course shortOne = new Course(
                List.of(new Course.Sample(0, 0, 0, false), new Course.Sample(12 * SECOND, MIB, 0, false)), 0);
        assertThat(shortOne.slowest()).isEmpty();
    }
}
