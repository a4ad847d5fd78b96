package org.rescuekey.image.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageLink;

/**
 * Builds the index while blocks arrive, best by ascending stream and number: a page is handed over as soon as a block of
 * another one comes, so that only one page and the directory are held in memory. A block that was put off comes late: its
 * page, which has a hole there, is loaded again and stored anew, and the directory lists the newer one.
 *
 * <p>Invariant: no block is listed twice. Thread rule: confined to one thread.
 */
public final class IndexBuilder {
    /** Stores a page. */
    @FunctionalInterface
    public interface PageSink {
        /** Writes the page, or finds that it is there already, and says where it is. */
        PageReference store(IndexPage page) throws RescueException;
    }

    /** Loads a page that was stored. */
    @FunctionalInterface
    public interface PageSource {
        /** The blocks as they were given to the {@link PageSink}. */
        List<BlockEntry> load(PageReference reference) throws RescueException;
    }

    private record Place(int stream, long number) {
        static final Comparator<Place> ORDER =
                Comparator.comparingInt(Place::stream).thenComparingLong(Place::number);

        static Place of(BlockEntry entry) {
            return new Place(entry.stream(), IndexPage.numberOf(entry.block()));
        }
    }

    private final PageSink sink;
    private final PageSource source;
    private final List<ImageLink> images;
    private final AbsorbedImages absorbed;
    private final NavigableMap<Place, PageReference> stored = new TreeMap<>(Place.ORDER);
    private final NavigableMap<Long, BlockEntry> open = new TreeMap<>();
    private @Nullable Place openPlace;
    private boolean isOpenStored = true;

    /**
     * An index.
     *
     * @param images the images that blocks may lie in, from number 1
     * @param absorbed the images that this one stands for
     */
    public IndexBuilder(PageSink sink, PageSource source, List<ImageLink> images, AbsorbedImages absorbed) {
        this.sink = sink;
        this.source = source;
        this.images = List.copyOf(images);
        this.absorbed = absorbed;
    }

    /** Tells whether a block is listed. */
    public boolean lists(BlockEntry entry) throws RescueException {
        Place place = Place.of(entry);
        if (!place.equals(openPlace)) {
            if (!stored.containsKey(place)) {
                return false;
            }
            storeOpen();
            open(place);
        }
        return open.containsKey(entry.block());
    }

    /** Adds a block that is not listed yet. */
    public void add(BlockEntry entry) throws RescueException {
        Place place = Place.of(entry);
        if (!place.equals(openPlace)) {
            storeOpen();
            open(place);
        }
        if (open.putIfAbsent(entry.block(), entry) != null) {
            throw new IllegalArgumentException(
                    "block " + entry.block() + " of stream " + entry.stream() + " comes twice");
        }
        isOpenStored = false;
    }

    private void open(Place place) throws RescueException {
        open.clear();
        openPlace = place;
        PageReference there = stored.get(place);
        if (there != null) {
            source.load(there).forEach(entry -> open.put(entry.block(), entry));
        }
    }

    /**
     * Stores the page that is being filled as well and returns the directory so far. That page will be stored again if
     * more blocks are added to it.
     */
    public PageDirectory directory() throws RescueException {
        storeOpen();
        return new PageDirectory(images, absorbed, List.copyOf(stored.values()));
    }

    private void storeOpen() throws RescueException {
        Place place = openPlace;
        if (place != null && !isOpenStored) {
            IndexPage page = new IndexPage(place.stream(), place.number(), new ArrayList<>(open.values()));
            stored.put(place, sink.store(page));
            isOpenStored = true;
        }
    }
}
