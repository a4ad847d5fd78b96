package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a job went over time: what it had read and written at some moments, in order. Immutable.
 *
 * @param samples the first at the job's start, the last at its end; empty where nothing was recorded
 * @param pausedNanos for how long the user made it wait
 */
public record Course(List<Sample> samples, long pausedNanos) {
    public static final Course UNKNOWN = new Course(List.of(), 0);

    /** A slow stretch shorter than this says nothing: every disk stops to think now and then. */
    private static final long STRETCH_NANOS = 10_000_000_000L;

    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * A moment.
     *
     * @param elapsedNanos since the job began
     * @param readBytes since the job began
     * @param writtenBytes since the job began
     * @param paused the job was waiting for the user at this moment
     */
    public record Sample(long elapsedNanos, long readBytes, long writtenBytes, boolean paused) {}

    /**
     * A stretch of a job.
     *
     * @param fromNanos its beginning, since the job's
     * @param lengthNanos how long it is
     * @param bytesPerSecond of reading or writing, whichever was faster
     */
    public record Stretch(long fromNanos, long lengthNanos, long bytesPerSecond) {}

    public Course {
        samples = List.copyOf(samples);
    }

    /** The slowest ten seconds in which the job was not paused; empty for a job that is not at least twice as long. */
    public Optional<Stretch> slowest() {
        if (samples.isEmpty() || samples.getLast().elapsedNanos() - pausedNanos < 2 * STRETCH_NANOS) {
            return Optional.empty();
        }
        Stretch slowest = null;
        int first = 0;
        for (int last = 0; last < samples.size(); last++) {
            if (samples.get(last).paused()) {
                first = last + 1;
            }
            while (first < last && nanosBetween(first + 1, last) >= STRETCH_NANOS) {
                first++;
            }
            if (first < last && nanosBetween(first, last) >= STRETCH_NANOS) {
                Stretch stretch = between(first, last);
                if (slowest == null || stretch.bytesPerSecond() < slowest.bytesPerSecond()) {
                    slowest = stretch;
                }
            }
        }
        return Optional.ofNullable(slowest);
    }

    private long nanosBetween(int first, int last) {
        return samples.get(last).elapsedNanos() - samples.get(first).elapsedNanos();
    }

    private Stretch between(int first, int last) {
        Sample from = samples.get(first);
        Sample to = samples.get(last);
        long bytes = Math.max(to.readBytes() - from.readBytes(), to.writtenBytes() - from.writtenBytes());
        long nanos = to.elapsedNanos() - from.elapsedNanos();
        return new Stretch(from.elapsedNanos(), nanos, (long) (bytes / (nanos / NANOS_PER_SECOND)));
    }

    /**
     * Takes samples at even distances. Never keeps more than {@value #MOST}: when it is full, every second one goes, and from
     * then on they are taken half as often, so that a job of days takes no more memory than one of a minute. For one thread.
     */
    static final class Recorder {
        static final int MOST = 600;
        private static final long SHORTEST_NANOS = 250_000_000;

        private final List<Sample> samples = new ArrayList<>();
        private long distanceNanos = SHORTEST_NANOS;

        /** Takes a sample if it is time for one, or if the job was paused or goes on. */
        void take(Sample now) {
            if (samples.isEmpty()
                    || now.paused() != samples.getLast().paused()
                    || now.elapsedNanos() - samples.getLast().elapsedNanos() >= distanceNanos) {
                add(now);
            }
        }

        /** Takes the last sample. */
        Course end(Sample last, long pausedNanos) {
            add(last);
            return new Course(samples, pausedNanos);
        }

        private void add(Sample now) {
            if (samples.size() >= MOST) {
                List<Sample> half = new ArrayList<>();
                for (int i = 0; i < samples.size(); i += 2) {
                    half.add(samples.get(i));
                }
                samples.clear();
                samples.addAll(half);
                distanceNanos *= 2;
            }
            samples.add(now);
        }
    }
}
