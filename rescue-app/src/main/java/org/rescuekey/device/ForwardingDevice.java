package org.rescuekey.device;

import java.nio.ByteBuffer;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Passes every call on to another device; decorators override what they change. */
public abstract class ForwardingDevice implements BlockDevice {
    protected final BlockDevice inner;

    protected ForwardingDevice(BlockDevice inner) {
        this.inner = inner;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public long sizeBytes() {
        return inner.sizeBytes();
    }

    @Override
    public SectorSize logicalSector() {
        return inner.logicalSector();
    }

    @Override
    public SectorSize physicalSector() {
        return inner.physicalSector();
    }

    @Override
    public boolean isReadOnly() {
        return inner.isReadOnly();
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        inner.read(offsetBytes, buffer);
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        inner.write(offsetBytes, buffer);
    }

    @Override
    public void flush() throws RescueException {
        inner.flush();
    }

    @Override
    public void zero(Extent extent) throws RescueException {
        inner.zero(extent);
    }

    @Override
    public void discard(Extent extent) throws RescueException {
        inner.discard(extent);
    }

    @Override
    public void close() throws RescueException {
        inner.close();
    }
}
