package org.rescuekey.device;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/**
 * Counts what is done to a device, for rates and for proof that a device was left alone. A call that fails is counted as
 * a call, its bytes are not. May be used by several threads; each figure is exact, several read together need not be of
 * one moment.
 */
public final class CountingDevice extends ForwardingDevice {
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong flushes = new AtomicLong();
    private final AtomicLong discards = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();

    public CountingDevice(BlockDevice inner) {
        super(inner);
    }

    public long reads() {
        return reads.get();
    }

    /** Calls that write, zeroing included. */
    public long writes() {
        return writes.get();
    }

    public long flushes() {
        return flushes.get();
    }

    public long discards() {
        return discards.get();
    }

    public long bytesRead() {
        return bytesRead.get();
    }

    /** Bytes written, zeroed ones included. */
    public long bytesWritten() {
        return bytesWritten.get();
    }

    /** Tells whether nothing was done that could change the device. */
    public boolean isUntouched() {
        return writes() == 0 && discards() == 0;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        reads.incrementAndGet();
        int length = buffer.remaining();
        super.read(offsetBytes, buffer);
        bytesRead.addAndGet(length);
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        writes.incrementAndGet();
        int length = buffer.remaining();
        super.write(offsetBytes, buffer);
        bytesWritten.addAndGet(length);
    }

    @Override
    public void flush() throws RescueException {
        flushes.incrementAndGet();
        super.flush();
    }

    @Override
    public void zero(Extent extent) throws RescueException {
        writes.incrementAndGet();
        super.zero(extent);
        bytesWritten.addAndGet(extent.length());
    }

    @Override
    public void discard(Extent extent) throws RescueException {
        discards.incrementAndGet();
        super.discard(extent);
    }
}
