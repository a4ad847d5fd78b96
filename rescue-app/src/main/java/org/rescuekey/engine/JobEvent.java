package org.rescuekey.engine;

import org.rescuekey.units.ByteCount;

/** What a running job tells; events come from one thread at a time, in order. */
public sealed interface JobEvent {
    /** A step of the plan begins; the total is in bytes of used data, 0 where it cannot be known. */
    record StepStarted(int step, int steps, String words, long totalBytes) implements JobEvent {}

    /**
     * How far the current step is. Comes also while nothing is done, with the place that is being tried.
     *
     * @param doneBytes of the step's total
     * @param readBytes read from source or image since the job began
     * @param writtenBytes written to target or image since the job began
     * @param elapsedNanos since the job began, without the time in which it was paused
     * @param where what it works at
     */
    record Progress(
            int step,
            long doneBytes,
            long totalBytes,
            long readBytes,
            long writtenBytes,
            long elapsedNanos,
            Where where)
            implements JobEvent {
        /** Of a job that does not say where it is. */
        public Progress(
                int step, long doneBytes, long totalBytes, long readBytes, long writtenBytes, long elapsedNanos) {
            this(step, doneBytes, totalBytes, readBytes, writtenBytes, elapsedNanos, Where.UNKNOWN);
        }
    }

    /**
     * Where a job is.
     *
     * @param device the disk, or the image's file, that was asked last; empty if none was
     * @param offsetBytes what of it
     * @param failures how often a device answered with an error so far
     */
    record Where(String device, long offsetBytes, long failures) {
        public static final Where UNKNOWN = new Where("", 0, 0);

        public boolean isKnown() {
            return !device.isEmpty();
        }

        /** "/dev/sda at 12.5 GiB". */
        public String words() {
            return device + " at " + ByteCount.text(offsetBytes);
        }
    }

    /**
     * A device does not answer; comes again as long as it does not.
     *
     * @param device the disk or place
     * @param action what it was asked to do: "read", "write", "flush" ...
     * @param offsetBytes where; -1 where that has no meaning
     * @param seconds since when
     */
    record Waiting(String device, String action, long offsetBytes, long seconds) implements JobEvent {
        /** Without the time: "/dev/sdb has not answered a read at byte 4096". */
        public String subject() {
            return device + " has not answered a " + action + (offsetBytes < 0 ? "" : " at byte " + offsetBytes);
        }

        /** One sentence without its full stop. */
        public String words() {
            return subject() + " for " + seconds + " s";
        }

        /** Tells whether this is about the same call as another. */
        boolean isSameCall(Waiting other) {
            return subject().equals(other.subject()) && seconds >= other.seconds();
        }
    }

    /** The user made the job wait, or lets it go on. */
    record Paused(boolean on) implements JobEvent {}

    /** The job goes no faster than this from now on; 0 for no limit. */
    record Limited(long bytesPerSecond) implements JobEvent {
        public String words() {
            return bytesPerSecond == 0
                    ? "No limit to the rate."
                    : "Limited to " + ByteCount.text(bytesPerSecond) + "/s.";
        }
    }

    /** Something the user should read: a retry, an unreadable range, a repaired table. */
    record Note(String words) implements JobEvent {}

    /** The last event. */
    record Finished(Report report) implements JobEvent {}
}
