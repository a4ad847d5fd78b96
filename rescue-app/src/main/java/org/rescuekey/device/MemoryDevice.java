package org.rescuekey.device;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** A sparse disk in memory: chunks exist once something was written to them; all else reads as zero. */
public final class MemoryDevice implements BlockDevice {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final String name;
    private final long sizeBytes;
    private final SectorSize sector;
    private final Map<Long, byte[]> chunks = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public MemoryDevice(String name, long sizeBytes, SectorSize sector) {
        if (sizeBytes <= 0 || !sector.divides(sizeBytes)) {
            throw new IllegalArgumentException("size " + sizeBytes + " is not whole sectors of " + sector);
        }
        this.name = name;
        this.sizeBytes = sizeBytes;
        this.sector = sector;
    }

    public MemoryDevice(long sizeBytes, SectorSize sector) {
        this("memory", sizeBytes, sector);
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
        return sector;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        checkOpen();
        Bounds.check(this, offsetBytes, buffer.remaining());
        long position = offsetBytes;
        while (buffer.hasRemaining()) {
            int inChunk = (int) (position % CHUNK_BYTES);
            int count = Math.min(buffer.remaining(), CHUNK_BYTES - inChunk);
            byte[] chunk = chunks.get(position / CHUNK_BYTES);
            if (chunk == null) {
                buffer.put(new byte[count]);
            } else {
                buffer.put(chunk, inChunk, count);
            }
            position += count;
        }
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        checkOpen();
        Bounds.check(this, offsetBytes, buffer.remaining());
        long position = offsetBytes;
        while (buffer.hasRemaining()) {
            int inChunk = (int) (position % CHUNK_BYTES);
            int count = Math.min(buffer.remaining(), CHUNK_BYTES - inChunk);
            byte[] chunk = chunks.computeIfAbsent(position / CHUNK_BYTES, number -> new byte[CHUNK_BYTES]);
            buffer.get(chunk, inChunk, count);
            position += count;
        }
    }

    @Override
    public void flush() throws RescueException {
        checkOpen();
    }

    @Override
    public void zero(Extent extent) throws RescueException {
        checkOpen();
        Bounds.check(this, extent.start(), extent.length());
        for (long number = extent.start() / CHUNK_BYTES; number * CHUNK_BYTES < extent.end(); number++) {
            Extent chunk = new Extent(number * CHUNK_BYTES, CHUNK_BYTES);
            if (extent.contains(chunk)) {
                chunks.remove(number);
            } else if (chunks.containsKey(number)) {
                long start = Math.max(extent.start(), chunk.start());
                write(start, ByteBuffer.allocate((int) (Math.min(extent.end(), chunk.end()) - start)));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void checkOpen() throws DeviceException {
        if (closed) {
            throw new DeviceException(name + " is closed", DeviceException.ENXIO);
        }
    }
}
