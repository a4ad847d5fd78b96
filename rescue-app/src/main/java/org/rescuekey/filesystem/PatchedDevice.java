package org.rescuekey.filesystem;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/** A device whose unreadable sectors read as zeros, for looking for marks: those elsewhere are found all the same. */
final class PatchedDevice extends ForwardingDevice {
    private boolean isPatched;

    PatchedDevice(BlockDevice inner) {
        super(inner);
    }

    /** Tells whether anything that was read is not what stands there. */
    boolean isPatched() {
        return isPatched;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        int start = buffer.position();
        int length = buffer.remaining();
        try {
            inner.read(offsetBytes, buffer);
        } catch (DeviceException e) {
            requireUnreadable(e);
            int sector = logicalSector().bytes();
            long offset = offsetBytes;
            while (offset < offsetBytes + length) {
                long end = Math.min(offsetBytes + length, logicalSector().roundDown(offset) + sector);
                readSector(offset, buffer.slice(start + (int) (offset - offsetBytes), (int) (end - offset)));
                offset = end;
            }
            buffer.position(start + length);
        }
    }

    private void readSector(long offsetBytes, ByteBuffer part) throws RescueException {
        try {
            inner.read(offsetBytes, part);
        } catch (DeviceException e) {
            requireUnreadable(e);
            isPatched = true;
            for (int i = 0; i < part.limit(); i++) {
                part.put(i, (byte) 0);
            }
        }
    }

    private static void requireUnreadable(DeviceException e) throws DeviceException {
        if (!e.isUnreadableSector()) {
            throw e;
        }
    }
}
