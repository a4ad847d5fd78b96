package org.rescuekey.image.index;

import java.util.List;

/**
 * A decoded page of the index: the blocks of one stream that an image holds among {@link #BLOCKS} consecutive numbers.
 *
 * @param stream the stream
 * @param number which page of the stream: it covers the blocks {@code [number * BLOCKS, (number + 1) * BLOCKS)}
 * @param entries the blocks that are held, by ascending number, at least one
 */
public record IndexPage(int stream, long number, List<BlockEntry> entries) {
    /** How many block numbers a page covers. */
    public static final int BLOCKS = 4096;

    public IndexPage {
        entries = List.copyOf(entries);
    }

    /** The page that a block belongs to. */
    public static long numberOf(long block) {
        return block / BLOCKS;
    }

    public long firstBlock() {
        return number * BLOCKS;
    }
}
