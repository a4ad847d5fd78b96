package org.rescuekey.device;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * Several devices one behind the other, as if they were one; read-only. Closing it leaves them open. As safe for several
 * threads as they are.
 */
public final class JoinedDevice implements BlockDevice {
    private final String name;
    private final List<BlockDevice> parts;
    private final List<Extent> places = new ArrayList<>();
    private final long sizeBytes;

    /**
     * @param parts at least one, all with the same logical sector
     * @throws IllegalArgumentException if there is none, or they differ in that
     */
    public JoinedDevice(String name, List<BlockDevice> parts) {
        this.name = name;
        this.parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("nothing to join");
        }
        long end = 0;
        for (BlockDevice part : this.parts) {
            if (!part.logicalSector().equals(parts.getFirst().logicalSector())) {
                throw new IllegalArgumentException(part.name() + " has other sectors than "
                        + parts.getFirst().name());
            }
            places.add(new Extent(end, part.sizeBytes()));
            end = Math.addExact(end, part.sizeBytes());
        }
        this.sizeBytes = end;
    }

    /** Where a part begins, in bytes; the first is number 0. */
    public Extent place(int part) {
        return places.get(part);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public SectorSize logicalSector() {
        return parts.getFirst().logicalSector();
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        Extent wanted = new Extent(offsetBytes, buffer.remaining());
        int limit = buffer.limit();
        try {
            for (int i = 0; i < parts.size() && buffer.position() < limit; i++) {
                long start = Math.max(wanted.start(), places.get(i).start());
                long end = Math.min(wanted.end(), places.get(i).end());
                if (start < end) {
                    buffer.limit(buffer.position() + Math.toIntExact(end - start));
                    parts.get(i).read(start - places.get(i).start(), buffer);
                }
            }
        } finally {
            buffer.limit(limit);
        }
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        throw readOnly();
    }

    @Override
    public void flush() {}

    @Override
    public void zero(Extent extent) throws RescueException {
        throw readOnly();
    }

    private DeviceException readOnly() {
        return new DeviceException("cannot write to " + name + ": it is a source", DeviceException.EROFS);
    }

    @Override
    public void close() {}
}
