package org.rescuekey.platform.linux;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.rescuekey.device.AlignedBuffers;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/**
 * Reads and writes any bytes of a file that was opened with O_DIRECT, which moves whole units only.
 *
 * <p>Whole units in a direct buffer whose memory is aligned go straight; all else goes through a pooled buffer, and a
 * write of a part of a unit reads the unit first. The size of the file is a whole number of units. Safe for several
 * threads as the BlockDevice port promises: writes of parts of units are done one after the other, so that two of them
 * in one unit do not undo each other.
 */
final class AlignedIo {
    /** The unit of a file that was opened without O_DIRECT. */
    static final int ANY = 1;

    private final NativeFile file;
    private final int unitBytes;
    private final AlignedBuffers bounce;
    private final Lock partOfUnit = new ReentrantLock();

    /** @param unitBytes a power of two that offset, length and memory must be multiples of */
    AlignedIo(NativeFile file, int unitBytes, AlignedBuffers bounce) {
        this.file = file;
        this.unitBytes = unitBytes;
        this.bounce = bounce;
    }

    void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        long position = offsetBytes;
        while (buffer.hasRemaining()) {
            int straightBytes = straightBytes(position, buffer);
            if (straightBytes > 0) {
                ByteBuffer part = buffer.slice(buffer.position(), straightBytes);
                file.readFully(position, part);
                buffer.position(buffer.position() + straightBytes);
                position += straightBytes;
            } else {
                position += readBounced(position, buffer);
            }
        }
    }

    void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        long position = offsetBytes;
        while (buffer.hasRemaining()) {
            int straightBytes = straightBytes(position, buffer);
            if (straightBytes > 0) {
                ByteBuffer part = buffer.slice(buffer.position(), straightBytes);
                file.writeFully(position, part);
                buffer.position(buffer.position() + straightBytes);
                position += straightBytes;
            } else if (isAligned(position) && buffer.remaining() >= unitBytes) {
                position += writeBounced(position, buffer);
            } else {
                position += writePartOfUnit(position, buffer);
            }
        }
    }

    void writeZeros(Extent extent) throws RescueException {
        ByteBuffer zeros = bounce.take();
        try {
            while (zeros.remaining() >= Long.BYTES) {
                zeros.putLong(0);
            }
            for (long position = extent.start(); position < extent.end(); position += zeros.limit()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), extent.end() - position));
                write(position, zeros);
            }
        } finally {
            bounce.give(zeros);
        }
    }

    /** How much of a buffer the kernel can take from or put to where it is. */
    private int straightBytes(long position, ByteBuffer buffer) {
        if (!buffer.isDirect() || !isAligned(position)) {
            return 0;
        }
        if (unitBytes > 1 && buffer.alignmentOffset(buffer.position(), unitBytes) != 0) {
            return 0;
        }
        return buffer.remaining() & -unitBytes;
    }

    private int readBounced(long position, ByteBuffer buffer) throws RescueException {
        ByteBuffer pooled = bounce.take();
        try {
            long start = position & -unitBytes;
            long end = (position + buffer.remaining() + unitBytes - 1) & -unitBytes;
            pooled.limit((int) Math.min(pooled.capacity(), end - start));
            file.readFully(start, pooled);
            pooled.flip().position((int) (position - start));
            int count = Math.min(pooled.remaining(), buffer.remaining());
            buffer.put(pooled.limit(pooled.position() + count));
            return count;
        } finally {
            bounce.give(pooled);
        }
    }

    private int writeBounced(long position, ByteBuffer buffer) throws RescueException {
        ByteBuffer pooled = bounce.take();
        try {
            int count = Math.min(pooled.capacity(), buffer.remaining() & -unitBytes);
            pooled.put(buffer.slice(buffer.position(), count)).flip();
            file.writeFully(position, pooled);
            buffer.position(buffer.position() + count);
            return count;
        } finally {
            bounce.give(pooled);
        }
    }

    private int writePartOfUnit(long position, ByteBuffer buffer) throws RescueException {
        ByteBuffer pooled = bounce.take();
        partOfUnit.lock();
        try {
            long start = position & -unitBytes;
            int count = (int) Math.min(start + unitBytes - position, buffer.remaining());
            file.readFully(start, pooled.limit(unitBytes));
            pooled.put((int) (position - start), buffer, buffer.position(), count);
            file.writeFully(start, pooled.flip());
            buffer.position(buffer.position() + count);
            return count;
        } finally {
            partOfUnit.unlock();
            bounce.give(pooled);
        }
    }

    private boolean isAligned(long position) {
        return (position & (unitBytes - 1)) == 0;
    }
}
