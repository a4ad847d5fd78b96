package org.rescuekey.tui.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.rescuekey.units.ByteCount;

/**
 * What the user wants of a running job. Immutable.
 *
 * @param phase whether it goes on
 * @param limitBytesPerSecond it reads and writes no faster; 0 for no limit
 * @param then what follows once it is complete
 * @param pausedBefore for how long it was paused, without the pause that lasts
 * @param pausedAt when the pause began that lasts; without meaning in another phase
 */
public record Steering(Phase phase, long limitBytesPerSecond, AfterJob then, Duration pausedBefore, Instant pausedAt) {
    private static final long MIB = ByteCount.MIB;

    /** What a user can choose from; any other rate can be had on the command line. */
    private static final List<Long> LIMITS = List.of(0L, 100 * MIB, 50 * MIB, 20 * MIB, 10 * MIB, 5 * MIB);

    /** Whether a job goes on. */
    public enum Phase {
        RUNNING,
        PAUSED,
        CANCELLING
    }

    static Steering start(Instant now) {
        return new Steering(Phase.RUNNING, 0, AfterJob.STAY, Duration.ZERO, now);
    }

    Steering in(Phase next, Instant now) {
        return new Steering(next, limitBytesPerSecond, then, paused(now), now);
    }

    Steering nextLimit() {
        long next = LIMITS.get((LIMITS.indexOf(limitBytesPerSecond) + 1) % LIMITS.size());
        return new Steering(phase, next, then, pausedBefore, pausedAt);
    }

    Steering nextThen() {
        return new Steering(phase, limitBytesPerSecond, then.next(), pausedBefore, pausedAt);
    }

    /** For how long it was paused by now. */
    public Duration paused(Instant now) {
        return phase == Phase.PAUSED ? pausedBefore.plus(Duration.between(pausedAt, now)) : pausedBefore;
    }

    /** "none", "50.0 MiB/s". */
    public String limitText() {
        return limitBytesPerSecond == 0 ? "none" : ByteCount.text(limitBytesPerSecond) + "/s";
    }
}
