package org.rescuekey.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/** Small reads and writes for parsers: fresh little-endian heap buffers, a bound on every length. */
public final class Reads {
    /** No single structure that a parser reads at once is larger than this. */
    public static final int LIMIT_BYTES = 64 << 20;

    private Reads() {}

    /**
     * Reads so many bytes at an offset into a new little-endian buffer.
     *
     * @throws MalformedDataException if the structure would lie outside the device or exceed {@link #LIMIT_BYTES}
     */
    public static ByteBuffer at(BlockDevice device, long offsetBytes, long lengthBytes, String what)
            throws RescueException {
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > device.sizeBytes() - lengthBytes) {
            throw new MalformedDataException(
                    what, offsetBytes, "inside " + device.sizeBytes() + " bytes", lengthBytes + " bytes from there");
        }
        if (lengthBytes > LIMIT_BYTES) {
            throw new MalformedDataException(
                    what, offsetBytes, "at most " + LIMIT_BYTES + " bytes", lengthBytes + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) lengthBytes);
        device.read(offsetBytes, buffer);
        return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The extent of a whole device. */
    public static Extent whole(BlockDevice device) {
        return new Extent(0, device.sizeBytes());
    }
}
