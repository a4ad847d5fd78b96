package org.rescuekey.engine;

import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockCursor;
import org.rescuekey.image.index.BlockEntry;

/**
 * The blocks of one stream of a parent image, asked for by ascending number: one page of its index is in memory. For one
 * thread.
 */
final class ParentBlocks {
    private final BlockCursor cursor;
    private @Nullable BlockEntry next;
    private boolean isAtEnd;

    ParentBlocks(BlockCursor cursor) {
        this.cursor = cursor;
    }

    /** The block of this number, or null if the parent has none; numbers only ascend. */
    @Nullable BlockEntry at(long block) throws RescueException {
        while (!isAtEnd && (next == null || next.block() < block)) {
            next = cursor.next();
            isAtEnd = next == null;
        }
        BlockEntry found = next;
        return found != null && found.block() == block ? found : null;
    }
}
