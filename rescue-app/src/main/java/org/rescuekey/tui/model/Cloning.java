package org.rescuekey.tui.model;

import java.util.List;
import java.util.TreeMap;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Request;

/**
 * What is cloned, and how.
 *
 * @param source the disk that is copied, all of it
 * @param coverage how much of each of its partitions
 * @param discard tell the target what is not in use on it
 */
public record Cloning(DiskInfo source, Coverage coverage, boolean discard) {
    /** As most want it: what is in use, and nothing discarded. */
    static Cloning of(DiskInfo source) {
        return new Cloning(source, Coverage.NEEDED, false);
    }

    Cloning withNextCoverage() {
        return new Cloning(source, Coverages.next(coverage), discard);
    }

    Cloning withOtherDiscard() {
        return new Cloning(source, coverage, !discard);
    }

    Request.Clone request(DiskInfo target) {
        return new Request.Clone(source.path(), target.path(), new TreeMap<>(), coverage, discard, true);
    }

    /** What was chosen, a line each. */
    List<String> words() {
        return List.of(
                "Copied from the source: " + Coverages.words(coverage) + ".",
                discard
                        ? "What is not in use on the target is discarded: an SSD takes it as empty."
                        : "What is not in use on the target is left as it is.");
    }
}
