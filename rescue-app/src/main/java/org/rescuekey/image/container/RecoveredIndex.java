package org.rescuekey.image.container;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexBuilder;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;

/**
 * Puts an index together from what is found in the order of a file: blocks of the image, and blocks and pages that it takes
 * over from others. What is told later counts; one page is in memory. What comes when its page is stored already is kept,
 * and the file has to be gone through again: see {@link #again}.
 *
 * <p>Invariant: a block whose record is told to be in this file, and is not, is in no page. Thread rule: confined to one
 * thread.
 */
final class RecoveredIndex {
    /** The number of the image of a block that lies in another image, but cannot be referred to. */
    static final int NAMELESS = Integer.MAX_VALUE;

    /** The number of the image of a block that a page says is in this file. */
    private static final int TOLD = -1;

    /** So many blocks may be out of order; with more, the file is not one of ours. */
    private static final int MAX_LATE = 1 << 18;

    private final IndexBuilder.PageSink sink;
    private final TakenOver takenOver;
    private final @Nullable StreamBounds bounds;
    private final TotalsCounter totals;
    private final List<PageReference> stored = new ArrayList<>();
    private final NavigableMap<PagePlace, NavigableMap<Long, BlockEntry>> late;
    private final boolean isAgain;
    private int lateBlocks;
    private @Nullable PagePlace place;
    private final NavigableMap<Long, BlockEntry> open = new TreeMap<>();

    RecoveredIndex(
            IndexBuilder.PageSink sink, TakenOver takenOver, @Nullable StreamBounds bounds, TotalsCounter totals) {
        this(sink, takenOver, bounds, totals, new TreeMap<>(), false);
    }

    private RecoveredIndex(
            IndexBuilder.PageSink sink,
            TakenOver takenOver,
            @Nullable StreamBounds bounds,
            TotalsCounter totals,
            NavigableMap<PagePlace, NavigableMap<Long, BlockEntry>> late,
            boolean isAgain) {
        this.sink = sink;
        this.takenOver = takenOver;
        this.bounds = bounds;
        this.totals = totals;
        this.late = late;
        this.isAgain = isAgain;
    }

    /** Whether something came too late for its page. */
    boolean hasLate() {
        return !isAgain && !late.isEmpty();
    }

    /** An index that knows from the first page on what came late, for going through the file once more. */
    RecoveredIndex again(TotalsCounter newTotals) {
        return new RecoveredIndex(sink, takenOver, bounds, newTotals, late, true);
    }

    /**
     * Takes a block whose record was found in the file.
     *
     * @return false if there is no room for it
     */
    boolean take(BlockEntry entry) throws RescueException {
        return put(PagePlace.of(entry), entry);
    }

    /** Takes what a page in the file lists. */
    void listed(List<BlockEntry> entries) throws RescueException {
        for (BlockEntry entry : entries) {
            boolean isOwn = entry.image() == 0;
            if (isOwn || isInside(entry)) {
                take(isOwn ? entry.at(TOLD, entry.offsetBytes()) : entry);
            }
        }
    }

    private boolean isInside(BlockEntry entry) {
        return bounds == null || bounds.contains(entry.stream(), entry.block(), entry.plainBytes());
    }

    private boolean put(PagePlace next, BlockEntry entry) throws RescueException {
        PagePlace current = place;
        int order = current == null ? 1 : next.compareTo(current);
        if (order > 0) {
            storeUpTo(next);
            place = next;
        }
        if (order >= 0) {
            put(open, entry);
            return true;
        }
        if (isAgain) {
            return true;
        }
        if (lateBlocks == MAX_LATE) {
            return false;
        }
        lateBlocks++;
        put(late.computeIfAbsent(next, ignored -> new TreeMap<>()), entry);
        return true;
    }

    /** A page that lists a block of this file says nothing new of one that was found. */
    private static void put(NavigableMap<Long, BlockEntry> page, BlockEntry told) {
        BlockEntry known = page.get(told.block());
        boolean isFound = known != null && known.image() == 0;
        if (told.image() != TOLD || !isFound) {
            page.put(told.block(), told);
        }
    }

    /** Stores the open page, and those before the next one of which nothing was found in order. */
    private void storeUpTo(@Nullable PagePlace next) throws RescueException {
        PagePlace current = place;
        if (current != null) {
            store(current);
        }
        NavigableSet<PagePlace> between = new TreeSet<>(between(takenOver.pages(), current, next));
        if (isAgain) {
            between.addAll(between(late, current, next));
        }
        for (PagePlace each : between) {
            store(each);
        }
    }

    private static Set<PagePlace> between(
            NavigableMap<PagePlace, ?> places, @Nullable PagePlace from, @Nullable PagePlace to) {
        NavigableMap<PagePlace, ?> behind = from == null ? places : places.tailMap(from, false);
        return (to == null ? behind : behind.headMap(to, false)).keySet();
    }

    private void store(PagePlace at) throws RescueException {
        NavigableMap<Long, BlockEntry> found = isAgain ? late.get(at) : null;
        if (found != null) {
            found.values().forEach(entry -> put(open, entry));
        }
        TakenOver.Page page = takenOver.pages().get(at);
        if (page != null && isWhole(page)) {
            open.values().forEach(totals::add);
            stored.add(page.reference());
        } else {
            open.values().removeIf(entry -> entry.image() == TOLD || entry.image() == NAMELESS);
            if (!open.isEmpty()) {
                open.values().forEach(totals::add);
                stored.add(sink.store(new IndexPage(at.stream(), at.number(), List.copyOf(open.values()))));
            }
        }
        open.clear();
    }

    /** Puts the blocks of another image's page under those of the open one; whether they are all there is then. */
    private boolean isWhole(TakenOver.Page page) throws RescueException {
        List<BlockEntry> entries = takenOver.load(page);
        int taken = 0;
        for (BlockEntry entry : entries) {
            BlockEntry known = open.get(entry.block());
            boolean isOlder = known != null && known.image() <= 0 && known.offsetBytes() < page.toldAtBytes();
            if (isInside(entry) && (known == null || isOlder)) {
                open.put(entry.block(), entry);
                taken++;
            }
        }
        return taken > 0 && taken == entries.size() && taken == open.size();
    }

    /** Stores what is open, and gives the whole directory. */
    PageDirectory finish(List<ImageLink> images) throws RescueException {
        storeUpTo(null);
        place = null;
        return new PageDirectory(images, AbsorbedImages.NONE, stored);
    }

    Totals totals() {
        return totals.totals();
    }
}
