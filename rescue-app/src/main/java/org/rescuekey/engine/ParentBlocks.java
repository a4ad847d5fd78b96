package org.rescuekey.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockCursor;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;

/**
 * The blocks of one stream of a parent image, asked for mostly by ascending number: one page of its index is in memory. For
 * one thread.
 */
final class ParentBlocks {
    private final ImageReader parent;
    private final int stream;
    private final Consumer<String> notes;
    private @Nullable BlockEntry next;
    private BlockCursor cursor;
    private boolean isAtEnd;
    private long last = -1;

    /** @param notes is told of parts of the parent's index that are damaged; what they list counts as changed */
    ParentBlocks(ImageReader parent, int stream, Consumer<String> notes) {
        this.parent = parent;
        this.stream = stream;
        cursor = parent.blocks(stream);
        this.notes = notes;
    }

    /** The block of this number, or null if the parent has none. */
    @Nullable
    BlockEntry at(long block) throws RescueException {
        if (block <= last) {
            cursor = parent.blocksFrom(stream, block);
            next = null;
            isAtEnd = false;
        }
        last = block;
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
