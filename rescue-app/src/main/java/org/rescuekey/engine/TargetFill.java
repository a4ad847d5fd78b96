package org.rescuekey.engine;

import java.util.List;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** What a target is filled with: the streams of an image, or of another disk. {@link TargetSteps} says when. */
interface TargetFill {
    /** Writes what a step names, except what the target holds already. */
    void write(Step step) throws RescueException;

    /**
     * Whether the target holds what lies in extents of it that are erased before the first write, as far as {@link #write} did
     * not look there. Nothing is written.
     */
    boolean isThere(ExtentSet erased) throws RescueException;

    /** Writes what lies in extents of the target that were erased, as far as {@link #write} did not write it since. */
    void writeErased(ExtentSet erased) throws RescueException;

    /** What of some extents of the target the streams use; all else of them has to be zeros. */
    ExtentSet used(ExtentSet extents) throws RescueException;

    /** Reads back what was written, from the medium, and throws at the first byte that differs. */
    void readBack() throws RescueException;

    /**
     * What of an extent of a stream is in use, in pieces for {@link LastWrites}.
     *
     * @param extent bytes from the stream's start
     */
    List<TableWrite> content(Step.WriteLast step, Extent extent) throws RescueException;

    /** Whether the first block of a stream is there at all. */
    boolean holdsStart(int stream) throws RescueException;

    /** The bytes of a step, for its progress; 0 where they are not worth counting. */
    long totalBytes(Step step);
}
