package org.rescuekey.engine;

import java.util.List;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;

/** Tells, of windows that are read in ascending order, whether anything that was read before lies between two of them. For one thread. */
final class Region {
    private final List<Step.ReadStream> streams;
    private int lastIndex = -1;
    private long behindLast;

    Region(List<Step.ReadStream> streams) {
        this.streams = streams;
    }

    /** Whether nothing that is used lies between the window before and this one; so the trouble there may go on here. */
    boolean goesOn(int index, Extent window) {
        boolean goesOn = index == lastIndex
                && (behindLast == window.start()
                        || !streams.get(index).used().intersects(Extent.between(behindLast, window.start())));
        lastIndex = index;
        behindLast = window.end();
        return goesOn;
    }
}
