package org.rescuekey.engine;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockCursor;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;

/** Goes through the blocks of one stream of an image in order and groups neighbours into slots. For one thread. */
final class ImageWalk {
    private final BlockCursor cursor;
    private final Consumer<RescueException> damage;
    private final boolean strict;
    private final Predicate<BlockEntry> wanted;
    private @Nullable BlockEntry pending;

    /**
     * A walk that takes a damaged index page for the end of the job.
     *
     * @param stream the stream to walk
     */
    static ImageWalk strict(ImageReader image, int stream) {
        return new ImageWalk(image, stream, null, entry -> true);
    }

    /** The same over some of the blocks. */
    static ImageWalk strict(ImageReader image, int stream, Predicate<BlockEntry> wanted) {
        return new ImageWalk(image, stream, null, wanted);
    }

    /**
     * A walk that tells of damaged index pages and goes on behind them.
     *
     * @param wanted the blocks to walk over; others are left out
     */
    static ImageWalk telling(
            ImageReader image, int stream, Consumer<RescueException> damage, Predicate<BlockEntry> wanted) {
        return new ImageWalk(image, stream, damage, wanted);
    }

    private ImageWalk(
            ImageReader image, int stream, @Nullable Consumer<RescueException> damage, Predicate<BlockEntry> wanted) {
        this.wanted = wanted;
        this.cursor = image.blocks(stream);
        this.damage = damage == null ? ignored -> {} : damage;
        this.strict = damage == null;
    }

    /** Puts the next blocks into a slot; false behind the last. */
    boolean next(ImageSlot slot) throws RescueException {
        slot.entries.clear();
        while (true) {
            BlockEntry entry = pending == null ? advance() : pending;
            pending = null;
            if (entry == null) {
                return !slot.entries.isEmpty();
            }
            if (!slot.take(entry)) {
                pending = entry;
                return true;
            }
        }
    }

    private @Nullable BlockEntry advance() throws RescueException {
        while (true) {
            try {
                BlockEntry entry = cursor.next();
                if (entry == null || wanted.test(entry)) {
                    return entry;
                }
            } catch (DeviceException e) {
                throw e;
            } catch (RescueException e) {
                if (strict) {
                    throw e;
                }
                damage.accept(e);
            }
        }
    }
}
