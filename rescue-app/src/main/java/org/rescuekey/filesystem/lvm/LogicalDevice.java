package org.rescuekey.filesystem.lvm;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Bounds;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/**
 * A logical volume as a device for reading: extents of a physical volume, one behind the other. Closing it leaves the
 * physical volume open.
 */
final class LogicalDevice extends ForwardingDevice {
    private final String name;
    private final List<Extent> pieces;
    private final long[] ends;

    /** @param pieces whole sectors of the physical volume */
    LogicalDevice(BlockDevice physical, String name, List<Extent> pieces) {
        super(new ReadOnlyDevice(physical));
        this.name = name;
        this.pieces = pieces;
        ends = new long[pieces.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += pieces.get(i).length();
            ends[i] = end;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return ends[ends.length - 1];
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        int limit = buffer.limit();
        long position = offsetBytes;
        int index = Arrays.binarySearch(ends, offsetBytes + 1);
        for (int i = index >= 0 ? index : -index - 1; buffer.position() < limit; i++) {
            long left = ends[i] - position;
            int count = (int) Math.min(limit - buffer.position(), left);
            buffer.limit(buffer.position() + count);
            inner.read(pieces.get(i).end() - left, buffer);
            position += count;
            buffer.limit(limit);
        }
    }

    @Override
    public void close() {}
}
