package org.rescuekey.plan.layout;

import org.rescuekey.error.RefusedException;

/** What the planner of layouts answers: a layout, or a safe "no". */
public sealed interface LayoutResult {
    record Fits(Layout layout) implements LayoutResult {}

    /**
     * The target is too small for the wish.
     *
     * @param neededBytes the smallest target on which the wish fits
     * @param missingBytes how much the target is smaller than that
     */
    record TooSmall(long neededBytes, long missingBytes, String reason, String remedy) implements LayoutResult {}

    /** The wish cannot be given on any target, or not on this kind. */
    record Refused(String reason, String remedy) implements LayoutResult {}

    /** The layout; throws the refusal where there is none. */
    default Layout orThrow() throws RefusedException {
        return switch (this) {
            case Fits fits -> fits.layout();
            case TooSmall small -> throw new RefusedException(small.reason(), small.remedy());
            case Refused refused -> throw new RefusedException(refused.reason(), refused.remedy());
        };
    }
}
