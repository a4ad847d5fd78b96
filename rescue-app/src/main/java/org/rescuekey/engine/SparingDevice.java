package org.rescuekey.engine;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * A failing source of which some ranges are known to be unreadable: a read that touches one fails at once and leaves the
 * disk in peace. What fails besides is remembered, and after some of these nothing is read any more. Read only; for one
 * thread.
 */
final class SparingDevice extends ForwardingDevice {
    /** Each may take a failing disk many seconds. */
    private static final int MAX_FAILURES = 64;

    /** A larger read that fails may be good in most of its parts, which are still to be tried. */
    private static final int REMEMBERED_BYTES = 4096;

    private ExtentSet unreadable;
    private int failures;

    SparingDevice(BlockDevice inner, ExtentSet unreadable) {
        super(inner);
        this.unreadable = unreadable;
    }

    /** Tells whether so much has failed that nothing is read any more. */
    boolean isSpent() {
        return failures >= MAX_FAILURES;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        if (!buffer.hasRemaining()) {
            return;
        }
        Extent extent = new Extent(offsetBytes, buffer.remaining());
        if (isSpent() || unreadable.intersects(extent)) {
            throw new DeviceException(
                    name() + " cannot be read at byte " + offsetBytes + ", as is known", DeviceException.EIO);
        }
        try {
            inner.read(offsetBytes, buffer);
        } catch (DeviceException e) {
            failures++;
            if (e.isUnreadableSector() && extent.length() <= REMEMBERED_BYTES) {
                unreadable = unreadable.union(ExtentSet.of(extent));
            }
            throw e;
        }
    }

    /** What is looked at is a borrowed device. */
    @Override
    public void close() {}
}
