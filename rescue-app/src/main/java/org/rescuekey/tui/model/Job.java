package org.rescuekey.tui.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.plan.CopyAdapted;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;

/**
 * A running job, as its events tell it. Immutable.
 *
 * @param plan what it does
 * @param started when it was started
 * @param steering what the user wants of it
 * @param step the current step of the plan, from 0; -1 before the first
 * @param stepDoneBytes how far that step is
 * @param weights the bytes of each step: as told for those that have begun, estimated for the others
 * @param movedBytes what all steps have done so far
 * @param readBytes read from source or image
 * @param writtenBytes written to target or image
 * @param elapsedNanos as last told, without pauses
 * @param where at what it works
 * @param heard when it last got on
 * @param waiting the device that does not answer, if one does not
 * @param throughput of the moved bytes
 * @param notes what the user should read, the newest last
 */
public record Job(
        Plan plan,
        Instant started,
        Steering steering,
        int step,
        long stepDoneBytes,
        List<Long> weights,
        long movedBytes,
        long readBytes,
        long writtenBytes,
        long elapsedNanos,
        JobEvent.Where where,
        Instant heard,
        Optional<JobEvent.Waiting> waiting,
        Throughput throughput,
        List<String> notes) {
    private static final int MAX_NOTES = 100;
    private static final int SECONDS_FOR_ESTIMATE = 30;
    private static final int SECONDS_BEFORE_ESTIMATE = 3;

    public Job {
        weights = List.copyOf(weights);
        notes = List.copyOf(notes);
    }

    static Job start(Plan plan, Instant now) {
        List<Long> weights =
                plan.steps().stream().map(step -> estimate(plan, step)).toList();
        return new Job(
                plan,
                now,
                Steering.start(now),
                -1,
                0,
                weights,
                0,
                0,
                0,
                0,
                JobEvent.Where.UNKNOWN,
                now,
                Optional.empty(),
                Throughput.NONE,
                List.of());
    }

    /** What a step will move, before it says so itself. */
    private static long estimate(Plan plan, Step step) {
        return switch (step) {
            case Step.ReadStream read -> read.used().totalBytes();
            case Step.WriteStream write -> share(plan, write.onTarget());
            case Step.CopyStream copy -> copy.read().used().totalBytes();
            case CopyAdapted copy -> copy.usedBytes();
            case Step.VerifyImage verify -> plan.bytesToRead();
            case Step.FindDamage search -> plan.bytesToRead();
            case Step.ReadBack readBack -> plan.bytesToWrite();
            default -> 0;
        };
    }

    /** The share of what is written that goes to a stream, as if all streams were used alike. */
    private static long share(Plan plan, Extent onTarget) {
        double all = plan.steps().stream()
                .mapToDouble(step -> step instanceof Step.WriteStream write
                        ? write.onTarget().length()
                        : 0)
                .sum();
        return all == 0 ? 0 : (long) (plan.bytesToWrite() * (onTarget.length() / all));
    }

    Job begun(JobEvent.StepStarted event, Instant now) {
        List<Long> known = new ArrayList<>(weights);
        int index = Math.clamp(event.step() - 1L, 0, Math.max(0, known.size() - 1));
        if (event.totalBytes() > 0 && !known.isEmpty()) {
            known.set(index, event.totalBytes());
        }
        return new Job(
                plan,
                started,
                steering,
                index,
                0,
                known,
                movedBytes,
                readBytes,
                writtenBytes,
                elapsedNanos,
                JobEvent.Where.UNKNOWN,
                now,
                Optional.empty(),
                throughput,
                notes);
    }

    Job progressed(JobEvent.Progress event, Instant now) {
        long moved = movedBytes + Math.max(0, event.doneBytes() - stepDoneBytes);
        boolean hasMoved = moved > movedBytes || event.readBytes() > readBytes || event.writtenBytes() > writtenBytes;
        boolean getsOn = hasMoved || !event.where().equals(where);
        List<Long> known = new ArrayList<>(weights);
        if (step >= 0 && step < known.size() && event.totalBytes() > 0) {
            known.set(step, event.totalBytes());
        }
        return new Job(
                plan,
                started,
                steering,
                step,
                Math.max(stepDoneBytes, event.doneBytes()),
                known,
                moved,
                event.readBytes(),
                event.writtenBytes(),
                event.elapsedNanos(),
                event.where(),
                getsOn ? now : heard,
                getsOn ? Optional.empty() : waiting,
                throughput.heard(event.elapsedNanos(), moved),
                notes);
    }

    Job noted(String words, Instant now) {
        List<String> more = new ArrayList<>(notes);
        more.add(words);
        return with(steering, now, Optional.empty(), more.subList(Math.max(0, more.size() - MAX_NOTES), more.size()));
    }

    Job waitingFor(JobEvent.Waiting device) {
        return with(steering, heard, Optional.of(device), notes);
    }

    Job steered(Steering other, Instant now) {
        return with(other, now, waiting, notes);
    }

    private Job with(
            Steering otherSteering, Instant heardAt, Optional<JobEvent.Waiting> waitingFor, List<String> moreNotes) {
        return new Job(
                plan,
                started,
                otherSteering,
                step,
                stepDoneBytes,
                weights,
                movedBytes,
                readBytes,
                writtenBytes,
                elapsedNanos,
                where,
                heardAt,
                waitingFor,
                throughput,
                moreNotes);
    }

    public Steering.Phase phase() {
        return steering.phase();
    }

    /** The time since the start, without pauses. */
    public Duration elapsed(Instant now) {
        return Duration.between(started, now).minus(steering.paused(now));
    }

    /** The bytes of all steps. */
    public long totalBytes() {
        return weights.stream().mapToLong(Long::longValue).sum();
    }

    /** The bytes of the steps that are done and of what the current one has done. */
    public long doneBytes() {
        long done = 0;
        for (int i = 0; i < step; i++) {
            done += weights.get(i);
        }
        return step < 0 || weights.isEmpty() ? 0 : done + Math.min(stepDoneBytes, weights.get(step));
    }

    /** How far the job is, 0 to 1; less than 1 until it has ended. */
    public double fraction() {
        long total = totalBytes();
        return total == 0 ? 0 : Math.min(0.999, (double) doneBytes() / total);
    }

    public long averageRate() {
        return elapsedNanos == 0 ? 0 : (long) (movedBytes / (elapsedNanos / 1e9));
    }

    /** The time that is left at the rate of the last half minute; empty while it cannot be told. */
    public Optional<Duration> left() {
        long rate = throughput.recent(SECONDS_FOR_ESTIMATE);
        boolean tooEarly = throughput.perSecond().size() < SECONDS_BEFORE_ESTIMATE;
        return phase() != Steering.Phase.RUNNING || tooEarly || rate == 0
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(Math.max(0, totalBytes() - doneBytes()) / rate));
    }
}
