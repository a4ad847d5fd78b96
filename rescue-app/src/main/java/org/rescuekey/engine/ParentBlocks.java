package org.rescuekey.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockCursor;
import org.rescuekey.image.index.BlockEntry;

/**
 * The blocks of one stream of a parent image, asked for by ascending number: one page of its index is in memory. For one
 * thread.
 */
final class ParentBlocks {
    private final BlockCursor cursor;
    private final Consumer<String> notes;
    private @Nullable BlockEntry next;
    private boolean isAtEnd;

    /** @param notes is told of parts of the parent's index that are damaged; what they list counts as changed */
    ParentBlocks(BlockCursor cursor, Consumer<String> notes) {
        this.cursor = cursor;
        this.notes = notes;
    }

    /** The block of this number, or null if the parent has none; numbers only ascend. */
    @Nullable
    BlockEntry at(long block) throws RescueException {
        while (!isAtEnd && (next == null || next.block() < block)) {
            next = advance();
            isAtEnd = next == null;
        }
        BlockEntry found = next;
        return found != null && found.block() == block ? found : null;
    }

    private @Nullable BlockEntry advance() throws RescueException {
        while (true) {
            try {
                return cursor.next();
            } catch (IntegrityException | MalformedDataException e) {
                notes.accept(e.getMessage() + "; what it lists is stored again.");
            }
        }
    }
}
