package org.rescuekey.device;

import java.io.Closeable;
import java.nio.ByteBuffer;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * A disk, a partition, a loop device, a disk file, or a part of one of these: numbered bytes of a fixed size.
 *
 * <p>Any offset and length inside the size may be read and written; whole sectors are cheapest, and a direct buffer of
 * whole sectors avoids a copy. Reading and writing move the buffer's position to its limit. A call does all of it or
 * throws. Several threads may read at the same time and write at the same time to extents that do not overlap.
 */
public interface BlockDevice extends Closeable {
    /** The name that a person knows it by in messages, such as "/dev/sda". */
    String name();

    /** The size in bytes; a multiple of the logical sector size. */
    long sizeBytes();

    /** The smallest unit that can be addressed. */
    SectorSize logicalSector();

    /** The smallest unit that can be written without reading around it. */
    default SectorSize physicalSector() {
        return logicalSector();
    }

    boolean isReadOnly();

    /**
     * Fills the buffer's remaining bytes from an offset.
     *
     * @throws org.rescuekey.error.DeviceException with the errno; what the buffer holds then is undefined
     */
    void read(long offsetBytes, ByteBuffer buffer) throws RescueException;

    /**
     * Writes the buffer's remaining bytes at an offset. They are on the medium only after {@link #flush()}.
     *
     * @throws org.rescuekey.error.DeviceException with the errno; what the extent then holds is undefined
     */
    void write(long offsetBytes, ByteBuffer buffer) throws RescueException;

    /** Returns when everything written before is on the medium. */
    void flush() throws RescueException;

    /** Makes an extent of whole sectors read as zero, by the fastest way that the device has. */
    void zero(Extent extent) throws RescueException;

    /** Tells the device that an extent is not needed; what it reads as afterwards is undefined. Not a promise. */
    default void discard(Extent extent) throws RescueException {}

    @Override
    void close() throws RescueException;
}
