package org.rescuekey.engine;

/** What a running job tells; events come from one thread at a time, in order. */
public sealed interface JobEvent {
    /** A step of the plan begins; the total is in bytes of used data, 0 where it cannot be known. */
    record StepStarted(int step, int steps, String words, long totalBytes) implements JobEvent {}

    /**
     * How far the current step is.
     *
     * @param doneBytes of the step's total
     * @param readBytes read from source or image since the job began
     * @param writtenBytes written to target or image since the job began
     * @param elapsedNanos since the job began
     */
    record Progress(int step, long doneBytes, long totalBytes, long readBytes, long writtenBytes, long elapsedNanos)
            implements JobEvent {}

    /** Something the user should read: a retry, an unreadable range, a repaired table. */
    record Note(String words) implements JobEvent {}

    /** The last event. */
    record Finished(Report report) implements JobEvent {}
}
