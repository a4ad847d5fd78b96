package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.AdaptVolume;
import org.rescuekey.plan.CopyAdapted;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Step;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * The order in which a target is filled, for every job that has one: what the target is recognised by is erased before
 * anything else is written, the streams are written, all is read back, and only then comes what it will be recognised by. A
 * target that holds everything already is only read. For one use, by one thread.
 */
final class TargetSteps {
    private static final long DISCARDED_AT_ONCE_BYTES = 1L << 30;

    private final Plan plan;
    private final TargetFill fill;
    private final TargetWriter target;
    private final Delta delta;
    private final JobControl control;
    private final Meter meter;
    private final LastWrites lastWrites;
    private boolean isPrepared;
    private boolean isWritingLast;

    TargetSteps(Plan plan, TargetFill fill, TargetWriter target, Delta delta, JobControl control, Meter meter) {
        this.plan = plan;
        this.fill = fill;
        this.target = target;
        this.delta = delta;
        this.control = control;
        this.meter = meter;
        this.lastWrites = new LastWrites(fill, target);
    }

    /**
     * Fills the target.
     *
     * @param consequence what holds of the target when this fails after the first write
     * @throws JobFailure with the state that the target is left in
     */
    void run(String consequence) throws JobFailure {
        try {
            for (int i = 0; i < plan.steps().size(); i++) {
                Step step = plan.steps().get(i);
                if (!isWritingLast) {
                    control.checkpoint(); // once the last parts are being written, which takes a moment, nobody cancels
                }
                if (!isPrepared && (step instanceof Step.ReadBack || step instanceof Step.Discard)) {
                    isPrepared = true;
                    prepareTheEnd();
                }
                isWritingLast |= step instanceof Step.WriteLast || step instanceof Step.WriteTable;
                if (!(step instanceof AdaptVolume)) {
                    meter.step(i + 1, step.words(), fill.totalBytes(step));
                }
                run(step);
                target.flush();
                meter.tell();
            }
        } catch (RescueException | RuntimeException | Error e) {
            if (!target.hasBegun()) {
                throw new JobFailure(e, "Nothing was written; the target is as it was.", JobState.FAILED);
            }
            if (isWritingLast) {
                target.eraseAgain(e);
            }
            throw new JobFailure(e, consequence, JobState.FAILED);
        }
    }

    private void run(Step step) throws RescueException {
        switch (step) {
            case Step.Erase ignored -> {
                if (!delta.isEnabled()) {
                    target.begin();
                }
            }
            case Step.WriteStream write -> fill.write(write);
            case Step.CopyStream copy -> fill.write(copy);
            case Step.Discard discard -> discard(discard);
            case Step.ReadBack ignored -> fill.readBack();
            case Step.WriteLast last -> {
                if (target.hasBegun()) {
                    lastWrites.write(last);
                }
            }
            case Step.WriteTable table -> {
                if (target.hasBegun()) {
                    target.writeAndProve(table.writes());
                }
            }
            case Step.FindDamage ignored -> {} // done before the target was opened
            case AdaptVolume ignored -> {} // the same
            case CopyAdapted ignored -> throw notOfATarget(step); // its place has a CopyStream by now
            case Step.ReadStream ignored -> throw notOfATarget(step);
            case Step.StoreImage ignored -> throw notOfATarget(step);
            case Step.AlsoStore ignored -> throw notOfATarget(step);
            case Step.VerifyImage ignored -> throw notOfATarget(step);
            case Step.MergeImages ignored -> throw notOfATarget(step);
            case Step.DeleteImages ignored -> throw notOfATarget(step);
            case Step.CopyFile ignored -> throw notOfATarget(step);
        }
    }

    /**
     * Behind the last stream: where all of it was there already, what would have been erased, the table and the ends of volumes may
     * be as they should, too, and nothing is written. Else what was erased is written.
     */
    private void prepareTheEnd() throws RescueException {
        if (!target.hasBegun()) {
            if (fill.isThere(target.erased()) && isEndThere() && isRestErased()) {
                return;
            }
            target.begin();
        }
        fill.writeErased(target.erased());
        target.flush();
    }

    /** What is not in use where the target is erased holds no mark of something older. */
    private boolean isRestErased() throws RescueException {
        ExtentSet.Builder tables = ExtentSet.builder();
        for (Step.WriteTable table : Jobs.steps(plan, Step.WriteTable.class)) {
            table.writes().forEach(write -> tables.add(new Extent(write.offsetBytes(), write.lengthBytes())));
        }
        ExtentSet erased = target.erased();
        return target.isZero(erased.subtract(fill.used(erased)).subtract(tables.build()));
    }

    private boolean isEndThere() throws RescueException {
        for (Step step : plan.steps()) {
            boolean isThere =
                    switch (step) {
                        case Step.WriteLast last -> lastWrites.isThere(last);
                        case Step.WriteTable table -> target.holds(table.writes());
                        default -> true;
                    };
            if (!isThere) {
                return false;
            }
        }
        return true;
    }

    /** In pieces, between which a cancel is heard. A device that refuses is told no more: nobody relies on it. */
    private void discard(Step.Discard step) throws RescueException {
        if (!target.hasBegun()) {
            return; // nothing was written: what was not in use then is not now
        }
        for (Extent extent : step.extents()) {
            for (long at = extent.start(); at < extent.end(); at += DISCARDED_AT_ONCE_BYTES) {
                control.checkpoint();
                try {
                    target.discard(Extent.between(at, Math.min(extent.end(), at + DISCARDED_AT_ONCE_BYTES)));
                } catch (DeviceException e) {
                    meter.note("The target does not take what is not in use for discarded: " + e.getMessage());
                    return;
                }
            }
        }
    }

    /** Whether the target was written to. */
    boolean hasWritten() {
        return target.hasBegun();
    }

    /** What the report says of what was not written. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        if (target.hasBegun() && delta.sameBytes() > 0) {
            sentences.add(ByteCount.text(delta.sameBytes()) + " were on the target already and were not written.");
        }
        return sentences;
    }

    private static IllegalStateException notOfATarget(Step step) {
        return new IllegalStateException("no step of a job with a target: " + step.words());
    }
}
