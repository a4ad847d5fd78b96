package org.rescuekey.filesystem.runs;

import java.util.Arrays;
import java.util.Iterator;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Collects used runs of bytes in ascending order, never more than a limit: beyond it the smallest gaps between runs
 * count as used, so that a volume in splinters gives a coarser map instead of a larger one. Not for several threads.
 */
public final class UsedRuns {
    /** So many runs, at 16 bytes each, are kept at most: the sets that are made of them hold as many. */
    public static final int LIMIT_RUNS = 1 << 19;

    private static final long FIRST_GAP_BYTES = 4096;

    private final int limitRuns;
    private long[] starts = new long[64];
    private long[] ends = new long[64];
    private int count;
    private long closedGapBytes;

    public UsedRuns() {
        this(LIMIT_RUNS);
    }

    UsedRuns(int limitRuns) {
        this.limitRuns = limitRuns;
    }

    /** Adds {@code [start, end)}, which starts at or after the start of the run added before. */
    public void add(long start, long end) {
        if (start < 0 || end <= start || (count > 0 && start < starts[count - 1])) {
            throw new IllegalArgumentException("no run in ascending order: start " + start + ", end " + end);
        }
        if (count > 0 && start - ends[count - 1] <= closedGapBytes) {
            ends[count - 1] = Math.max(ends[count - 1], end);
            return;
        }
        if (count == limitRuns) {
            coarsen();
            add(start, end);
            return;
        }
        if (count == starts.length) {
            int larger = Math.min(limitRuns, count * 2);
            starts = Arrays.copyOf(starts, larger);
            ends = Arrays.copyOf(ends, larger);
        }
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    public ExtentSet build() {
        ExtentSet.Builder builder = ExtentSet.builder();
        for (int i = 0; i < count; i++) {
            builder.add(starts[i], ends[i]);
        }
        return builder.build();
    }

    /** The bytes in either set; linear, unlike a union of sets in any order. */
    public static ExtentSet union(ExtentSet one, ExtentSet other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        ExtentSet.Builder builder = ExtentSet.builder();
        Iterator<Extent> left = one.iterator();
        Iterator<Extent> right = other.iterator();
        Extent a = left.next();
        Extent b = right.next();
        while (true) {
            if (a.start() <= b.start()) {
                builder.add(a);
                if (!left.hasNext()) {
                    return rest(builder, b, right);
                }
                a = left.next();
            } else {
                builder.add(b);
                if (!right.hasNext()) {
                    return rest(builder, a, left);
                }
                b = right.next();
            }
        }
    }

    private static ExtentSet rest(ExtentSet.Builder builder, Extent first, Iterator<Extent> others) {
        builder.add(first);
        others.forEachRemaining(builder::add);
        return builder.build();
    }

    private void coarsen() {
        while (count > limitRuns / 2) {
            closedGapBytes = Math.max(FIRST_GAP_BYTES, closedGapBytes * 2);
            int kept = 0;
            for (int i = 1; i < count; i++) {
                if (starts[i] - ends[kept] <= closedGapBytes) {
                    ends[kept] = Math.max(ends[kept], ends[i]);
                } else {
                    kept++;
                    starts[kept] = starts[i];
                    ends[kept] = ends[i];
                }
            }
            count = kept + 1;
        }
    }
}
