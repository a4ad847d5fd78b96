package org.rescuekey.device;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * A view of a device that can be changed while the device stays as it is: what is written goes into a store beside it
 * (copy-on-write). It has a size of its own. Where it is longer than its base, it reads as zero behind the base's end until
 * something is written there; where it is shorter, the rest of the base is not seen.
 *
 * <p>The store is any device that can be written: memory, a file, a free part of a disk. Its bytes are given out piece by
 * piece, so it has to be no larger than what changes; when it is full, a write fails with ENOSPC and words that say so, and
 * what was written before stays. What the store held before does not matter, and what is in it afterwards is of use to this
 * object alone: nothing of it survives the program, so that {@link #flush()} has nothing to do.
 *
 * <p>The base is never written, whatever it would allow. Closing the view closes the store and leaves the base open.
 *
 * <p>Thread rule: as of {@link BlockDevice}; reads run side by side, writes one after another.
 */
public final class OverlayDevice implements BlockDevice {
    /** What file systems write at least, and memory is managed in: a write of this much needs nothing of the base. */
    public static final int FINE_PIECE_BYTES = 4 << 10;

    /** For stores of many gigabytes: a sixteenth of the memory for finding what is in them. */
    public static final int COARSE_PIECE_BYTES = 64 << 10;

    private final String name;
    private final BlockDevice base;
    private final long sizeBytes;
    private final BlockDevice store;
    private final int pieceBytes;
    private final OverlayIndex index;
    private final ByteBuffer piece;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * A view with pieces of {@link #FINE_PIECE_BYTES}.
     *
     * @param name what messages call it
     * @param sizeBytes its size, in whole sectors of the base
     * @param store where changes go; belongs to the view from now on
     */
    public OverlayDevice(String name, BlockDevice base, long sizeBytes, BlockDevice store) {
        this(name, base, sizeBytes, store, FINE_PIECE_BYTES);
    }

    /** @param pieceBytes what is kept at least for a change, a power of two of a sector or more */
    public OverlayDevice(String name, BlockDevice base, long sizeBytes, BlockDevice store, int pieceBytes) {
        if (sizeBytes <= 0 || !base.logicalSector().divides(sizeBytes)) {
            throw new IllegalArgumentException("size " + sizeBytes + " is not whole sectors of " + base.name());
        }
        if (Integer.bitCount(pieceBytes) != 1 || !base.logicalSector().divides(pieceBytes)) {
            throw new IllegalArgumentException("pieces of " + pieceBytes + " bytes");
        }
        this.name = name;
        this.base = base;
        this.sizeBytes = sizeBytes;
        this.store = store;
        this.pieceBytes = pieceBytes;
        this.index = new OverlayIndex((int) Math.min(Integer.MAX_VALUE - 1, store.sizeBytes() / pieceBytes));
        this.piece = AlignedBuffers.allocate(pieceBytes);
    }

    /** Where the view differs from its base, or may: what was written, rounded to whole pieces. */
    public ExtentSet changed() {
        lock.readLock().lock();
        try {
            return index.extents(pieceBytes, sizeBytes);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What the changes take of the store. */
    public long storedBytes() {
        lock.readLock().lock();
        try {
            return (long) index.usedSlots() * pieceBytes;
        } finally {
            lock.readLock().unlock();
        }
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
        return base.logicalSector();
    }

    @Override
    public SectorSize physicalSector() {
        return base.physicalSector();
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        lock.readLock().lock();
        try {
            requireOpen();
            int limit = buffer.limit();
            long position = offsetBytes;
            while (buffer.position() < limit) {
                int count = run(position, limit - buffer.position());
                buffer.limit(buffer.position() + count);
                readRun(position, buffer);
                position += count;
            }
            buffer.limit(limit);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** How many bytes from a position on are found in one place. */
    private int run(long position, int limitBytes) {
        long number = position / pieceBytes;
        int first = index.get(number);
        long length = pieceBytes - position % pieceBytes;
        int slot = first;
        while (length < limitBytes) {
            int next = index.get(++number);
            boolean follows = first > 0 ? next == slot + 1 : next == first;
            if (!follows) {
                break;
            }
            slot = next;
            length += pieceBytes;
        }
        return Math.min(Math.toIntExact(length), limitBytes);
    }

    private void readRun(long position, ByteBuffer buffer) throws RescueException {
        int place = index.get(position / pieceBytes);
        if (place > 0) {
            store.read(storeOffset(place, position), buffer);
        } else if (place == OverlayIndex.ABSENT) {
            readBase(position, buffer);
        } else {
            putZeros(buffer);
        }
    }

    private void readBase(long position, ByteBuffer buffer) throws RescueException {
        int limit = buffer.limit();
        int inBase = Math.clamp(base.sizeBytes() - position, 0, buffer.remaining());
        if (inBase > 0) {
            buffer.limit(buffer.position() + inBase);
            base.read(position, buffer);
            buffer.limit(limit);
        }
        putZeros(buffer);
    }

    private static void putZeros(ByteBuffer buffer) {
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(0);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
    }

    private long storeOffset(int place, long position) {
        return (place - 1L) * pieceBytes + position % pieceBytes;
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        lock.writeLock().lock();
        try {
            requireOpen();
            int limit = buffer.limit();
            long position = offsetBytes;
            while (buffer.position() < limit) {
                int count = writeSome(position, buffer, limit);
                position += count;
            }
            buffer.limit(limit);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Writes as much as goes to one place of the store. */
    private int writeSome(long position, ByteBuffer buffer, int limit) throws RescueException {
        int left = limit - buffer.position();
        int count;
        if (index.get(position / pieceBytes) > 0) {
            count = run(position, left);
            buffer.limit(buffer.position() + count);
            store.write(storeOffset(index.get(position / pieceBytes), position), buffer);
        } else if (position % pieceBytes == 0 && left >= pieceBytes) {
            count = writeNew(position, buffer, left);
        } else {
            count = (int) Math.min(pieceBytes - position % pieceBytes, left);
            buffer.limit(buffer.position() + count);
            writePart(position, buffer);
        }
        return count;
    }

    /** Writes whole pieces that have no slot yet, as many as get slots that lie together. */
    private int writeNew(long position, ByteBuffer buffer, int limitBytes) throws RescueException {
        long number = position / pieceBytes;
        int first = takeSlot();
        int count = 1;
        while ((count + 1) * (long) pieceBytes <= limitBytes && index.get(number + count) <= 0) {
            int slot = index.take();
            if (slot != first + count) {
                if (slot > 0) {
                    index.giveBack(slot);
                }
                break;
            }
            count++;
        }
        try {
            buffer.limit(buffer.position() + count * pieceBytes);
            store.write(storeOffset(first, 0), buffer);
        } catch (RescueException e) {
            for (int i = count - 1; i >= 0; i--) {
                index.giveBack(first + i);
            }
            throw e;
        }
        for (int i = 0; i < count; i++) {
            index.set(number + i, first + i);
        }
        return count * pieceBytes;
    }

    /** Writes a part of a piece that has no slot yet: the rest is taken along from where it was. */
    private void writePart(long position, ByteBuffer part) throws RescueException {
        long number = position / pieceBytes;
        long start = number * pieceBytes;
        piece.clear().limit((int) Math.min(pieceBytes, sizeBytes - start));
        readRun(start, piece);
        piece.position((int) (position - start)).put(part);
        piece.position(0);
        int slot = takeSlot();
        try {
            store.write(storeOffset(slot, 0), piece);
        } catch (RescueException e) {
            index.giveBack(slot);
            throw e;
        }
        index.set(number, slot);
    }

    private int takeSlot() throws DeviceException {
        int slot = index.take();
        if (slot == 0) {
            throw new DeviceException(
                    name + " is full: its changes need more than the " + ByteCount.text(store.sizeBytes())
                            + " that were set aside for them in " + store.name(),
                    DeviceException.ENOSPC);
        }
        return slot;
    }

    /** Makes an extent read as zero; whole pieces give their room in the store back. */
    @Override
    public void zero(Extent extent) throws RescueException {
        Bounds.check(this, extent.start(), extent.length());
        lock.writeLock().lock();
        try {
            requireOpen();
            long position = extent.start();
            while (position < extent.end()) {
                long number = position / pieceBytes;
                long pieceEnd = Math.min(sizeBytes, (number + 1) * pieceBytes);
                long end = Math.min(extent.end(), pieceEnd);
                if (position == number * pieceBytes && end == pieceEnd) {
                    index.set(number, OverlayIndex.ZERO);
                } else {
                    ByteBuffer zeros = ByteBuffer.allocate((int) (end - position));
                    writeSome(position, zeros, zeros.limit());
                }
                position = end;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** A discarded extent reads as zero: programs that ask through a file take that for granted. */
    @Override
    public void discard(Extent extent) throws RescueException {
        zero(extent);
    }

    /** Nothing of a view outlives the program, so that nothing has to reach a medium. */
    @Override
    public void flush() throws RescueException {
        lock.readLock().lock();
        try {
            requireOpen();
        } finally {
            lock.readLock().unlock();
        }
    }

    private void requireOpen() throws DeviceException {
        if (closed) {
            throw new DeviceException(name + " is closed", DeviceException.ENXIO);
        }
    }

    @Override
    public void close() throws RescueException {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                store.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
