package org.rescuekey.image.container;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageReference;

/**
 * Walks the blocks of one stream by ascending number, with one page of the index in memory. A page that is damaged makes
 * {@link #next()} throw; the call after that goes on behind it, so that what is whole can still be reached.
 *
 * <p>Thread rule: confined to one thread.
 */
public final class BlockCursor {
    private final ImageReader reader;
    private final long firstBlock;
    private final List<PageReference> pages;
    private int nextPage;
    private List<BlockEntry> entries = List.of();
    private int nextEntry;

    BlockCursor(ImageReader reader, int stream, long firstBlock) {
        this.reader = reader;
        this.firstBlock = firstBlock;
        List<PageReference> all = reader.directory().pagesOf(stream);
        int before = reader.directory().firstNotBefore(stream, 0);
        int from = reader.directory().firstNotBefore(stream, IndexPage.numberOf(firstBlock)) - before;
        pages = all.subList(Math.min(from, all.size()), all.size());
    }

    /** The next block, or null behind the last. */
    public @Nullable BlockEntry next() throws RescueException {
        while (true) {
            while (nextEntry < entries.size()) {
                BlockEntry entry = entries.get(nextEntry++);
                if (entry.block() >= firstBlock) {
                    return entry;
                }
            }
            if (nextPage == pages.size()) {
                return null;
            }
            PageReference reference = pages.get(nextPage++);
            entries = List.of();
            nextEntry = 0;
            entries = reader.page(reference).entries();
        }
    }
}
