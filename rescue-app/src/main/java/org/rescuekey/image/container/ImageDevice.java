package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Bounds;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * One stream of an image as a device: a partition as it was captured, at any offset and in any order. What was not in use,
 * or was left out, reads as zero. Every block is decoded whole and checked against its hash before a byte of it is given;
 * the blocks that were used last are kept, up to {@link #CACHE_BYTES} in all.
 *
 * <p>What could not be read when the image was captured cannot be read from here either: EIO, with words that say so. A
 * block that is damaged throws {@link org.rescuekey.error.IntegrityException}.
 *
 * <p>Thread rule: as of {@link BlockDevice}; the calls of several threads are carried out one after another. Closing it
 * leaves the image open.
 */
public final class ImageDevice implements BlockDevice {
    /** The memory for decoded blocks, unless two of them take more. */
    public static final int CACHE_BYTES = 8 << 20;

    private final ImageReader reader;
    private final ImageDescription.Stream stream;
    private final SectorSize sector;
    private final BlockSize blockSize;
    private final BlockDecoder decoder;
    private final ByteBuffer stored;
    private final int cachedBlocks;
    private final Map<Long, Decoded> cache = new LinkedHashMap<>(16, 0.75f, true);
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private boolean closed;

    /**
     * A block in memory.
     *
     * @param plain its bytes, from 0 to its limit
     */
    private record Decoded(BlockEntry entry, ByteBuffer plain) {}

    /**
     * Opens a stream.
     *
     * @param reader stays open until this is closed
     * @throws IllegalArgumentException if the image has no such stream
     * @throws MalformedDataException if it says a sector size that no disk has
     */
    public static ImageDevice open(ImageReader reader, int stream) throws RescueException {
        ImageDescription.Stream found = reader.description().stream(stream)
                .orElseThrow(() -> new IllegalArgumentException(reader.name() + " has no stream " + stream));
        int sectorBytes = reader.description().disk().logicalSectorBytes();
        try {
            return new ImageDevice(reader, found, new SectorSize(sectorBytes));
        } catch (IllegalArgumentException e) {
            throw new MalformedDataException(
                    "description of " + reader.name(), 0, "a sector size that a disk can have", sectorBytes + " bytes");
        }
    }

    private ImageDevice(ImageReader reader, ImageDescription.Stream stream, SectorSize sector) {
        if (!sector.divides(stream.sizeBytes())) {
            throw new IllegalArgumentException("stream " + stream.id() + " is not whole sectors");
        }
        this.reader = reader;
        this.stream = stream;
        this.sector = sector;
        this.blockSize = reader.header().blockSize();
        this.decoder = new BlockDecoder(reader);
        this.stored = ByteBuffer.allocateDirect(EncodedBlock.bufferBytes(blockSize));
        this.cachedBlocks = Math.max(2, CACHE_BYTES / blockSize.bytes());
    }

    @Override
    public String name() {
        String partition = stream.partition()
                .map(each -> "partition " + each.number())
                .orElse("what lies outside of the partitions");
        return partition + " in " + reader.name();
    }

    @Override
    public long sizeBytes() {
        return stream.sizeBytes();
    }

    @Override
    public SectorSize logicalSector() {
        return sector;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public synchronized void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        requireOpen();
        Bounds.check(this, offsetBytes, buffer.remaining());
        long position = offsetBytes;
        while (buffer.hasRemaining()) {
            long block = position >>> blockSize.log2();
            int inBlock = (int) (position - blockSize.offsetBytes(block));
            int count = Math.min(buffer.remaining(), blockSize.bytes() - inBlock);
            Optional<Decoded> decoded = block(block);
            if (decoded.isPresent()) {
                requireReadable(decoded.get().entry(), inBlock, count);
                buffer.put(decoded.get().plain().slice(inBlock, count));
            } else {
                putZeros(buffer, count);
            }
            position += count;
        }
    }

    /** A block that holds something; empty where all of it is zero. */
    private Optional<Decoded> block(long number) throws RescueException {
        Decoded kept = cache.get(number);
        if (kept != null) {
            return Optional.of(kept);
        }
        Optional<BlockEntry> entry = reader.block(stream.id(), number);
        boolean isZero = entry.isEmpty()
                || (entry.get().kind() == BlockKind.ZERO && entry.get().unreadableMask() == 0);
        if (isZero) {
            return Optional.empty();
        }
        ByteBuffer plain = takeBuffer();
        try {
            reader.readStored(entry.get(), stored.clear());
            decoder.decode(entry.get(), stored, plain);
        } catch (RescueException e) {
            free.push(plain);
            throw e;
        }
        Decoded decoded = new Decoded(entry.get(), plain);
        cache.put(number, decoded);
        return Optional.of(decoded);
    }

    private ByteBuffer takeBuffer() {
        if (cache.size() == cachedBlocks) {
            var eldest = cache.entrySet().iterator();
            ByteBuffer plain = eldest.next().getValue().plain();
            eldest.remove();
            return plain;
        }
        ByteBuffer given = free.poll();
        return given == null ? ByteBuffer.allocateDirect(blockSize.bytes()) : given;
    }

    private void requireReadable(BlockEntry entry, int inBlock, int count) throws DeviceException {
        int unit = blockSize.unitBytes();
        for (int i = inBlock / unit; i <= (inBlock + count - 1) / unit; i++) {
            if ((entry.unreadableMask() >>> i & 1) != 0) {
                long offset = blockSize.offsetBytes(entry.block()) + (long) i * unit;
                throw new DeviceException(
                        "cannot read " + name() + " at offset " + offset
                                + ": a sector there could not be read when the image was captured",
                        DeviceException.EIO);
            }
        }
    }

    private static void putZeros(ByteBuffer buffer, int count) {
        int left = count;
        for (; left >= Long.BYTES; left -= Long.BYTES) {
            buffer.putLong(0);
        }
        for (; left > 0; left--) {
            buffer.put((byte) 0);
        }
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
        return new DeviceException("cannot " + action + " " + name() + ": it is an image", DeviceException.EROFS);
    }

    @Override
    public synchronized void flush() throws RescueException {
        requireOpen();
    }

    private void requireOpen() throws DeviceException {
        if (closed) {
            throw new DeviceException(name() + " is closed", DeviceException.ENXIO);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            cache.clear();
            free.clear();
            decoder.close();
        }
    }
}
