package org.rescuekey.image.container;

import java.util.Comparator;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageReference;

/** A page's place, in the order in which pages stand in an index. */
record PagePlace(int stream, long number) implements Comparable<PagePlace> {
    private static final Comparator<PagePlace> ORDER =
            Comparator.comparingInt(PagePlace::stream).thenComparingLong(PagePlace::number);

    static PagePlace of(BlockEntry entry) {
        return new PagePlace(entry.stream(), IndexPage.numberOf(entry.block()));
    }

    static PagePlace of(PageReference reference) {
        return new PagePlace(reference.stream(), reference.number());
    }

    @Override
    public int compareTo(PagePlace other) {
        return ORDER.compare(this, other);
    }
}
