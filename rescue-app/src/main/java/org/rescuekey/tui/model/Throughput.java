package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How many bytes a job moved in each of its last seconds. Immutable and bounded: it keeps so many seconds, however long
 * a job runs.
 *
 * @param second the second that {@code moved} ends with, counted from the job's start; -1 before the first
 * @param moved the bytes moved since the job's start at the end of each second, ascending, the newest last
 */
public record Throughput(long second, List<Long> moved) {
    public static final Throughput NONE = new Throughput(-1, List.of());

    /** More than the widest screen shows. */
    private static final int MAX_SECONDS = 300;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    public Throughput {
        moved = List.copyOf(moved);
    }

    /** With what was moved by then; seconds in which nothing was heard get an even share. */
    Throughput heard(long elapsedNanos, long movedBytes) {
        long now = Math.max(second, elapsedNanos / NANOS_PER_SECOND);
        long before = moved.isEmpty() ? 0 : moved.getLast();
        long bytes = Math.max(before, movedBytes);
        List<Long> seconds = new ArrayList<>(moved);
        if (now == second) {
            seconds.set(seconds.size() - 1, bytes);
            return new Throughput(now, seconds);
        }
        long missing = now - second;
        for (long i = Math.max(1, missing - MAX_SECONDS); i <= missing; i++) {
            seconds.add(before + (long) ((double) (bytes - before) * i / missing));
        }
        int surplus = Math.max(0, seconds.size() - MAX_SECONDS);
        return new Throughput(now, seconds.subList(surplus, seconds.size()));
    }

    /** Bytes per second in each of the last seconds, the newest last; the second that is not over is left out. */
    public List<Long> perSecond() {
        boolean fromStart = moved.size() == second + 1;
        List<Long> rates = new ArrayList<>();
        for (int i = fromStart ? 0 : 1; i < moved.size() - 1; i++) {
            rates.add(moved.get(i) - (i == 0 ? 0 : moved.get(i - 1)));
        }
        return rates;
    }

    /** The mean of the last so many whole seconds; 0 before the first. */
    public long recent(int seconds) {
        List<Long> rates = perSecond();
        List<Long> last = rates.subList(Math.max(0, rates.size() - seconds), rates.size());
        return (long) last.stream().mapToLong(Long::longValue).average().orElse(0);
    }
}
