package org.rescuekey.filesystem.runs;

import org.rescuekey.units.ExtentSet;

/**
 * What a file system says of its bytes, from the volume's first byte to the device's end.
 *
 * @param used what is in use or not known to be free, without what is bad
 * @param bad what the file system knows to be bad and keeps nothing in
 * @param unmarked what its own structures lie in although it is marked as free; part of {@code used}
 */
public record Allocation(ExtentSet used, ExtentSet bad, ExtentSet unmarked) {
    /**
     * Puts the parts together.
     *
     * @param marked all that is not marked as free
     * @param bad what is known to be bad; where it lies in {@code needed} it counts as used all the same
     * @param needed what the file system's own structures lie in
     */
    public static Allocation of(ExtentSet marked, ExtentSet bad, ExtentSet needed) {
        ExtentSet unmarked = needed.subtract(marked);
        ExtentSet all = unmarked.isEmpty() ? marked : UsedRuns.union(marked, unmarked);
        ExtentSet notNeeded = bad.isEmpty() ? bad : bad.subtract(needed);
        return new Allocation(notNeeded.isEmpty() ? all : all.subtract(notNeeded), notNeeded, unmarked);
    }
}
