package org.rescuekey.image;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.List;
import org.rescuekey.error.RescueException;

/** An image file opened for reading. Several threads may read at the same time. */
public interface ImageInput extends Closeable {
    /** Its name in the store. */
    String name();

    /** Its length when it was opened. */
    long sizeBytes();

    /**
     * Fills the buffer's remaining bytes from an offset.
     *
     * @throws org.rescuekey.error.DeviceException if the device fails, or the file ends before the buffer is full
     */
    void read(long offsetBytes, ByteBuffer buffer) throws RescueException;

    /** The names of the files that it consists of. */
    default List<String> files() {
        return List.of(name());
    }

    /** What of the file is not there, or is not of it, as sentences; it reads as zeros. */
    default List<String> losses() {
        return List.of();
    }

    /** Damage to what divides the file into parts, which loses nothing; as sentences. */
    default List<String> repairs() {
        return List.of();
    }

    @Override
    void close() throws RescueException;
}
