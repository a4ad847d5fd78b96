package org.rescuekey.filesystem.ntfs;

import java.util.function.LongConsumer;

/**
 * A part of the clusters of a volume, one bit for each that is owned by something. Counts those that are owned twice. For one thread.
 */
final class ClusterWindow {
    private final long first;
    private final int count;
    private final long[] words;

    /** Takes runs of clusters. */
    @FunctionalInterface
    interface Sink {
        void clusters(long first, long count);
    }

    /** @param first a multiple of 64 */
    ClusterWindow(long first, int count) {
        this.first = first;
        this.count = count;
        this.words = new long[(count + Long.SIZE - 1) / Long.SIZE];
    }

    /** Takes the part of a run that lies in the window, and hands on what of it had an owner already. */
    void own(long cluster, long clusters, Sink twice) {
        long from = Math.max(cluster, first) - first;
        long to = Math.min(cluster + clusters, first + count) - first;
        for (long at = from; at < to; ) {
            int word = (int) (at / Long.SIZE);
            long end = Math.min(to, (word + 1L) * Long.SIZE);
            long mask = mask((int) (at % Long.SIZE), (int) (end - at));
            runs(word, words[word] & mask, twice);
            words[word] |= mask;
            at = end;
        }
    }

    /**
     * Compares 64 clusters with the bits of a bitmap.
     *
     * @param word the number of these 64 in the window
     * @param marked a bit for each that the bitmap marks
     * @param unmarked takes those that are owned and not marked
     * @param unowned takes the number of those that are marked and not owned
     */
    void compare(int word, long marked, Sink unmarked, LongConsumer unowned) {
        long inside = mask(0, Math.min(Long.SIZE, count - word * Long.SIZE));
        runs(word, words[word] & ~marked & inside, unmarked);
        unowned.accept(Long.bitCount(marked & ~words[word] & inside));
    }

    int words() {
        return words.length;
    }

    long owned() {
        long owned = 0;
        for (long word : words) {
            owned += Long.bitCount(word);
        }
        return owned;
    }

    private void runs(int word, long bits, Sink sink) {
        long rest = bits;
        while (rest != 0) {
            int start = Long.numberOfTrailingZeros(rest);
            int length = Long.numberOfTrailingZeros(~(rest >>> start));
            sink.clusters(first + (long) word * Long.SIZE + start, length);
            rest &= ~mask(start, length);
        }
    }

    private static long mask(int start, int length) {
        return length == Long.SIZE ? -1L : ((1L << length) - 1) << start;
    }
}
