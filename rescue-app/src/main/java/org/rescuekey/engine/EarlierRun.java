package org.rescuekey.engine;

import java.nio.ByteBuffer;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * What an earlier run of a job, which broke off, read of a failing source and holds safely: it is not read again. Streams
 * are counted as in the plan's list of them; extents are whole blocks in bytes from the stream's start. For one thread.
 */
interface EarlierRun {
    /** There was none, or all is read again. */
    EarlierRun NONE = new EarlierRun() {
        @Override
        public ExtentSet whole(int index) {
            return ExtentSet.empty();
        }

        @Override
        public ExtentSet partly(int index) {
            return ExtentSet.empty();
        }

        @Override
        public ExtentSet load(int index, Extent block, ByteBuffer buffer) {
            throw new IllegalStateException("nothing is held");
        }
    };

    /** Blocks that are held with all that was wanted of them. */
    ExtentSet whole(int index);

    /** Blocks that are held with parts missing, which are tried once more. */
    ExtentSet partly(int index);

    /** What of all these blocks it read, as far as is known. */
    default ExtentSet read(int index) {
        return whole(index);
    }

    /** What of them it tried in vain, as far as is known. */
    default ExtentSet bad(int index) {
        return ExtentSet.empty();
    }

    /**
     * Fills the buffer with what is held of a block in {@link #partly}.
     *
     * @return the bytes that are missing
     */
    ExtentSet load(int index, Extent block, ByteBuffer buffer) throws RescueException;
}
