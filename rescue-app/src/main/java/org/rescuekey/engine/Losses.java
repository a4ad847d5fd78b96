package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RefusedException;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;

/** The blocks of an image that are damaged, which a restore that may go on without them leaves out. For several threads. */
final class Losses {
    /** More is not damage but another file; and each takes memory. */
    private static final int MAX_BLOCKS = 1 << 18;

    /** So many ranges are named; the others are counted. */
    private static final int LISTED = 1000;

    private final NavigableMap<Integer, NavigableMap<Long, BlockEntry>> blocks = new TreeMap<>();
    private int count;

    /** Takes a block that cannot be restored. */
    synchronized void add(BlockEntry entry) throws RefusedException {
        if (count == MAX_BLOCKS) {
            throw new RefusedException(
                    "More than " + MAX_BLOCKS + " blocks of the image are damaged.",
                    "Nothing was written. Use another image, or copy this one from its medium again.");
        }
        blocks.computeIfAbsent(entry.stream(), stream -> new TreeMap<>()).put(entry.block(), entry);
        count++;
    }

    synchronized boolean contains(BlockEntry entry) {
        return contains(entry.stream(), entry.block());
    }

    synchronized boolean contains(int stream, long block) {
        NavigableMap<Long, BlockEntry> ofStream = blocks.get(stream);
        return ofStream != null && ofStream.containsKey(block);
    }

    /** Those of one stream, by ascending number. */
    synchronized Collection<BlockEntry> of(int stream) {
        NavigableMap<Long, BlockEntry> ofStream = blocks.get(stream);
        return ofStream == null ? List.of() : List.copyOf(ofStream.values());
    }

    synchronized int count() {
        return count;
    }

    /** What is lost, a sentence for each range of the captured disk. */
    synchronized List<String> sentences(ImageReader image) {
        List<String> sentences = new ArrayList<>();
        Extent open = null;
        int stream = 0;
        for (NavigableMap<Long, BlockEntry> ofStream : blocks.values()) {
            for (BlockEntry entry : ofStream.values()) {
                Extent next = image.onDisk(entry);
                if (open != null && stream == entry.stream() && open.end() == next.start()) {
                    open = Extent.between(open.start(), next.end());
                } else {
                    list(sentences, open, stream);
                    open = next;
                }
                stream = entry.stream();
            }
        }
        list(sentences, open, stream);
        return sentences;
    }

    private static void list(List<String> sentences, @Nullable Extent range, int stream) {
        if (range == null || sentences.size() > LISTED) {
            return;
        }
        sentences.add(
                sentences.size() == LISTED
                        ? "And more."
                        : "Zeros instead of what was used of " + ByteCount.text(range.length()) + " at byte "
                                + range.start()
                                + " of the captured disk"
                                + (stream == 0 ? ", outside its partitions." : ", in partition " + stream + "."));
    }
}
