package org.rescuekey.device;

import java.nio.ByteBuffer;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/** A window on a device, such as a partition of a disk. Closing it leaves the device open. */
public final class SliceDevice extends ForwardingDevice {
    private final Extent window;
    private final String name;

    /** @throws IllegalArgumentException if the window is not inside the device */
    public SliceDevice(BlockDevice inner, Extent window, String name) {
        super(inner);
        Bounds.check(inner, window.start(), window.length());
        this.window = window;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return window.length();
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        inner.read(window.start() + offsetBytes, buffer);
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        inner.write(window.start() + offsetBytes, buffer);
    }

    @Override
    public void zero(Extent extent) throws RescueException {
        Bounds.check(this, extent.start(), extent.length());
        inner.zero(extent.shift(window.start()));
    }

    @Override
    public void discard(Extent extent) throws RescueException {
        Bounds.check(this, extent.start(), extent.length());
        inner.discard(extent.shift(window.start()));
    }

    @Override
    public void close() {}
}
