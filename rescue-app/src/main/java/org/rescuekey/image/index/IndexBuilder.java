package org.rescuekey.image.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageLink;

/**
 * Builds the index while blocks arrive by ascending stream and number: a page is handed over as soon as it is complete,
 * so that only one page and the directory are held in memory.
 *
 * <p>Thread rule: confined to one thread.
 */
public final class IndexBuilder {
    /** Stores a page. */
    @FunctionalInterface
    public interface PageSink {
        /** Writes the page, or finds that it is there already, and says where it is. */
        PageReference store(IndexPage page) throws RescueException;
    }

    private final PageSink sink;
    private final List<ImageLink> images;
    private final AbsorbedImages absorbed;
    private final List<PageReference> finished = new ArrayList<>();
    private final List<BlockEntry> open = new ArrayList<>();
    private @Nullable BlockEntry last;

    /** An index of an image that refers to no other. */
    public IndexBuilder(PageSink sink) {
        this(sink, List.of(), AbsorbedImages.NONE);
    }

    /**
     * An index.
     *
     * @param images the images that blocks may lie in, from number 1
     * @param absorbed the images that this one stands for
     */
    public IndexBuilder(PageSink sink, List<ImageLink> images, AbsorbedImages absorbed) {
        this.sink = sink;
        this.images = List.copyOf(images);
        this.absorbed = absorbed;
    }

    /** Tells whether a block may still be added: it must lie behind all before. */
    public boolean accepts(int stream, long block) {
        return last == null || stream > last.stream() || (stream == last.stream() && block > last.block());
    }

    /** Adds a block. */
    public void add(BlockEntry entry) throws RescueException {
        if (!accepts(entry.stream(), entry.block())) {
            throw new IllegalArgumentException(
                    "block " + entry.block() + " of stream " + entry.stream() + " comes out of order");
        }
        boolean isNewPage = last != null
                && (last.stream() != entry.stream()
                        || IndexPage.numberOf(last.block()) != IndexPage.numberOf(entry.block()));
        if (isNewPage) {
            finished.add(storeOpen());
            open.clear();
        }
        open.add(entry);
        last = entry;
    }

    /**
     * Stores the page that is being filled as well and returns the directory so far. That page will be stored again if
     * more blocks are added to it.
     */
    public PageDirectory directory() throws RescueException {
        if (open.isEmpty()) {
            return new PageDirectory(images, absorbed, finished);
        }
        List<PageReference> all = new ArrayList<>(finished);
        all.add(storeOpen());
        return new PageDirectory(images, absorbed, all);
    }

    private PageReference storeOpen() throws RescueException {
        BlockEntry first = open.getFirst();
        return sink.store(new IndexPage(first.stream(), IndexPage.numberOf(first.block()), open));
    }
}
