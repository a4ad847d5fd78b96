package org.rescuekey.engine;

import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockCursor;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.units.Extent;

/**
 * What an incomplete image has no block of. Which of it was in use nobody knows: on a target all of it becomes zeros, so that
 * nothing of what was there before passes for restored. A complete image has no gaps in this sense: it holds all that was used.
 */
final class ImageGaps {
    private ImageGaps() {}

    /** Takes a gap, in the stream's bytes. */
    @FunctionalInterface
    interface Taker {
        void take(Extent gap) throws RescueException;
    }

    /**
     * Gives the gaps of a stream in ascending order, in pieces.
     *
     * @param endBytes nothing at or behind it is wanted
     * @param pieceBytes no piece is longer
     */
    static void each(ImageReader image, int stream, long endBytes, int pieceBytes, Taker taker) throws RescueException {
        if (image.state().isRestorable()) {
            return;
        }
        BlockCursor cursor = image.blocks(stream);
        long next = 0;
        for (BlockEntry entry = cursor.next(); entry != null; entry = cursor.next()) {
            long start = entry.streamOffsetBytes(image.header().blockSize());
            pieces(next, Math.min(start, endBytes), pieceBytes, taker);
            next = start + entry.plainBytes();
        }
        pieces(next, endBytes, pieceBytes, taker);
    }

    private static void pieces(long from, long to, int pieceBytes, Taker taker) throws RescueException {
        for (long at = from; at < to; at += pieceBytes) {
            taker.take(Extent.between(at, Math.min(to, at + pieceBytes)));
        }
    }
}
