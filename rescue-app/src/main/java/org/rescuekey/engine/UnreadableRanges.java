package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.plan.Step;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * What of a source could not be read, stream by stream. So many ranges are kept, and more are only counted: a disk that fails
 * in millions of places must not take the memory of the job. For one thread at a time.
 */
final class UnreadableRanges {
    /** So many ranges are listed; more are only counted. */
    private static final int LISTED = 1000;

    /** So many are kept. */
    static final int MOST = 1 << 17;

    private final int most;
    private final Map<Integer, ExtentSet.Builder> lost = new TreeMap<>();
    private final Map<Integer, Step.ReadStream> streams = new TreeMap<>();

    private int kept;
    private long onlyCounted;
    private int lastStream = -1;
    private long lastEnd;

    UnreadableRanges() {
        this(MOST);
    }

    /** @param most ranges that are kept; a range that goes on where the last one ended is the same */
    UnreadableRanges(int most) {
        this.most = most;
    }

    /**
     * Adds ranges.
     *
     * @param extents bytes from the stream's start
     */
    void add(Step.ReadStream stream, ExtentSet extents) {
        for (Extent extent : extents) {
            boolean goesOn = lastStream == stream.stream() && lastEnd == extent.start();
            if (!goesOn && kept == most) {
                onlyCounted++;
            } else {
                kept += goesOn ? 0 : 1;
                lastStream = stream.stream();
                lastEnd = extent.end();
                lost.computeIfAbsent(stream.stream(), number -> ExtentSet.builder())
                        .add(extent);
                streams.put(stream.stream(), stream);
            }
        }
    }

    /** Counts a range, and more that lie near it perhaps, that nobody knows more of. */
    void addUnknown() {
        onlyCounted++;
    }

    /** Whether these are not all any more. */
    boolean isCut() {
        return onlyCounted > 0;
    }

    boolean isEmpty() {
        return lost.isEmpty() && onlyCounted == 0;
    }

    /** Those of one stream, from its start. */
    ExtentSet of(Step.ReadStream stream) {
        ExtentSet.Builder known = lost.get(stream.stream());
        return known == null ? ExtentSet.empty() : known.build();
    }

    /** For {@link FilesHit}: of all streams of a job, also those of which everything was read. */
    List<FilesHit.Unreadable> parts(List<Step.ReadStream> all) {
        return all.stream()
                .map(stream -> new FilesHit.Unreadable(stream.stream(), stream.label(), stream.onDisk(), of(stream)))
                .toList();
    }

    /** A sentence for each range. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        long more = onlyCounted;
        for (Step.ReadStream stream : streams.values()) {
            for (Extent range : of(stream)) {
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
