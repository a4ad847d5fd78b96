package org.rescuekey.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Goes through regions of the streams of a plan, forwards or backwards, window by window: whole blocks in which something is
 * used, cut at the stream's end. In bytes from the stream's start. For one thread.
 */
final class WindowWalk {
    private static final long UNSET = -1;

    private final List<Step.ReadStream> streams;
    private final List<ExtentSet> regions;
    private final List<ExtentSet> cuts;
    private final int blockBytes;
    private final int windowBytes;
    private final boolean isBackwards;
    private int index;
    private long position = UNSET;
    private Extent area = new Extent(0, 1);

    /**
     * A walk.
     *
     * @param regions of each stream; whole blocks
     * @param cuts of each stream: no window, and no leap, goes over an edge of these; whole blocks
     * @param windowBytes no window is longer; a power of two of blocks
     */
    WindowWalk(
            List<Step.ReadStream> streams,
            List<ExtentSet> regions,
            List<ExtentSet> cuts,
            int blockBytes,
            int windowBytes,
            boolean isBackwards) {
        this.streams = streams;
        this.regions = List.copyOf(regions);
        this.cuts = List.copyOf(cuts);
        this.blockBytes = blockBytes;
        this.windowBytes = windowBytes;
        this.isBackwards = isBackwards;
        this.index = isBackwards ? streams.size() - 1 : 0;
    }

    /** The next window; null behind the last. */
    @Nullable
    Extent next() {
        while (index >= 0 && index < streams.size()) {
            Extent window = isBackwards ? before() : behind();
            if (window != null) {
                position = isBackwards ? window.start() : window.end();
                return window;
            }
            index += isBackwards ? -1 : 1;
            position = UNSET;
        }
        return null;
    }

    /** The place of the last window's stream in the list. */
    int index() {
        return index;
    }

    /**
     * Passes over so much of the region, behind the last window; returns what was passed over: null at the region's end, and
     * at what begins with a cut.
     */
    @Nullable
    Extent leap(long bytes) {
        long from = isBackwards ? Math.max(position - bytes, area.start()) : position;
        long to = isBackwards ? position : Math.min(position + bytes, area.end());
        boolean isAtCut = !isBackwards && cuts.get(index).contains(from);
        if (from >= to || isAtCut) {
            return null;
        }
        Extent over = Extent.between(from, isBackwards ? to : cut(from, to));
        position = isBackwards ? over.start() : over.end();
        return over;
    }

    private @Nullable Extent behind() {
        ExtentSet used = streams.get(index).used();
        ExtentSet region = regions.get(index);
        long from = Math.max(0, position);
        int next = region.indexOfFirstEndAbove(from);
        while (next < region.size()) {
            area = region.get(next);
            from = Math.max(from, area.start());
            int wanted = used.indexOfFirstEndAbove(from);
            if (wanted == used.size()) {
                return null;
            }
            from = Math.max(from, used.get(wanted).start());
            if (from < area.end()) {
                long start = from / blockBytes * blockBytes;
                return Extent.between(start, cut(start, Math.min(start + windowBytes, area.end())));
            }
            next = region.indexOfFirstEndAbove(from);
        }
        return null;
    }

    private long cut(long start, long end) {
        ExtentSet edges = cuts.get(index);
        int next = edges.indexOfFirstEndAbove(start);
        if (next == edges.size()) {
            return end;
        }
        Extent edge = edges.get(next);
        return Math.min(end, edge.start() <= start ? edge.end() : edge.start());
    }

    private @Nullable Extent before() {
        ExtentSet used = streams.get(index).used();
        ExtentSet region = regions.get(index);
        long streamBytes = streams.get(index).onDisk().length();
        long below = position == UNSET ? streamBytes : position;
        int next = lastStartBelow(region, below);
        while (next >= 0) {
            area = region.get(next);
            below = Math.min(below, area.end());
            int wanted = lastStartBelow(used, below);
            if (wanted < 0) {
                return null;
            }
            below = Math.min(below, used.get(wanted).end());
            if (below > area.start()) {
                long end = Math.min(area.end(), Math.ceilDiv(below, (long) blockBytes) * blockBytes);
                long start = Math.max(area.start(), (end - 1) / windowBytes * windowBytes);
                return Extent.between(start, end);
            }
            next = lastStartBelow(region, below);
        }
        return null;
    }

    private static int lastStartBelow(ExtentSet set, long offset) {
        if (offset <= 0) {
            return -1;
        }
        int index = set.indexOfFirstEndAbove(offset - 1);
        return index < set.size() && set.get(index).start() < offset ? index : index - 1;
    }
}
