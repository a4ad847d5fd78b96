package org.rescuekey.image;

import java.io.Closeable;
import java.nio.ByteBuffer;
import org.rescuekey.error.RescueException;

/** An image file opened for appending. Confined to one thread. */
public interface ImageOutput extends Closeable {
    /** Its name in the store. */
    String name();

    /** The length so far: where the next byte goes. */
    long positionBytes();

    /**
     * Where the next bytes go if so many are appended at once: elsewhere than at {@link #positionBytes()} if they would
     * not fit into the same part.
     */
    default long placeFor(int lengthBytes) throws RescueException {
        return positionBytes();
    }

    /** Appends the buffer's remaining bytes; they are on the medium only after {@link #flush()}. */
    void append(ByteBuffer buffer) throws RescueException;

    /** Returns when everything appended before is on the medium. */
    void flush() throws RescueException;

    /** Closes the file. What was not flushed may be lost in a power cut. */
    @Override
    void close() throws RescueException;
}
