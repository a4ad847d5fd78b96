package org.rescuekey.image.container;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageReference;

/** The decoded pages of an index that were used last, a fixed number of them. May be used by several threads. */
final class PageCache {
    private static final int PAGES = 16;

    private final Loader loader;
    private final Map<PageReference, IndexPage> pages = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PageReference, IndexPage> eldest) {
            return size() > PAGES;
        }
    };

    /** Reads and checks a page that is not in memory. */
    @FunctionalInterface
    interface Loader {
        IndexPage load(PageReference reference) throws RescueException;
    }

    PageCache(Loader loader) {
        this.loader = loader;
    }

    /** A page, from memory if it is there. Threads that ask for the same one may both load it. */
    IndexPage get(PageReference reference) throws RescueException {
        synchronized (pages) {
            IndexPage page = pages.get(reference);
            if (page != null) {
                return page;
            }
        }
        IndexPage page = loader.load(reference);
        synchronized (pages) {
            pages.put(reference, page);
        }
        return page;
    }
}
