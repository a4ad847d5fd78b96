package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.rescuekey.plan.Step;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** What of a source could not be read, stream by stream. For one thread at a time. */
final class UnreadableRanges {
    /** So many ranges are listed; more are only counted. */
    private static final int LISTED = 1000;

    private final Map<Integer, ExtentSet> lost = new TreeMap<>();
    private final Map<Integer, Step.ReadStream> streams = new TreeMap<>();

    /**
     * Adds ranges.
     *
     * @param extents bytes from the stream's start
     */
    void add(Step.ReadStream stream, ExtentSet extents) {
        if (!extents.isEmpty()) {
            lost.merge(stream.stream(), extents, ExtentSet::union);
            streams.put(stream.stream(), stream);
        }
    }

    boolean isEmpty() {
        return lost.isEmpty();
    }

    /** A sentence for each range. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        long more = 0;
        for (Map.Entry<Integer, ExtentSet> each : lost.entrySet()) {
            Step.ReadStream stream = Objects.requireNonNull(streams.get(each.getKey()));
            for (Extent range : each.getValue()) {
                if (sentences.size() < LISTED) {
                    sentences.add("Unreadable: " + ByteCount.text(range.length()) + " at byte "
                            + (stream.onDisk().start() + range.start()) + " of the disk, in " + stream.label() + ".");
                } else {
                    more++;
                }
            }
        }
        if (more > 0) {
            sentences.add("And " + more + " more ranges.");
        }
        return sentences;
    }
}
