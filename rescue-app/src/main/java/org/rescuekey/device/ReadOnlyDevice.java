package org.rescuekey.device;

import java.nio.ByteBuffer;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/** A source: the same device with every way to write to it closed. */
public final class ReadOnlyDevice extends ForwardingDevice {
    public ReadOnlyDevice(BlockDevice inner) {
        super(inner);
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        throw refused("write to");
    }

    @Override
    public void zero(Extent extent) throws RescueException {
        throw refused("zero");
    }

    @Override
    public void discard(Extent extent) throws RescueException {
        throw refused("discard");
    }

    private DeviceException refused(String action) {
        return new DeviceException("cannot " + action + " " + name() + ": it is a source", DeviceException.EROFS);
    }
}
