package org.rescuekey;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/**
 * A small device as the few of its sectors that a parser reads: the length in sectors:u32 ( sector:u32 byte[512] )*, where a
 * sector number with the highest bit stands before a single byte of which the sector is full.
 */
public final class Sectors {
    private static final int BYTES = 512;
    private static final int MAX_SECTORS = 1 << 17;

    private Sectors() {}

    /** The device; whatever the bytes are, it is one of at most 64 MiB. */
    public static MemoryDevice device(byte[] bytes) throws RescueException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int sectors = in.remaining() < 4 ? 1 : Math.clamp(in.getInt() & 0xFFFF_FFFFL, 1, MAX_SECTORS);
        MemoryDevice device = new MemoryDevice((long) sectors * BYTES, SectorSize.SECTOR_512);
        while (in.remaining() > 4) {
            int place = in.getInt();
            byte[] sector = new byte[BYTES];
            if (place < 0) {
                Arrays.fill(sector, in.get());
            } else {
                in.get(sector, 0, Math.min(BYTES, in.remaining()));
            }
            device.write((long) (place & Integer.MAX_VALUE) % sectors * BYTES, ByteBuffer.wrap(sector));
        }
        return device;
    }

    /** Remembers the sectors that are read and are not zero. */
    public static final class Recorder extends ForwardingDevice {
        private final SortedMap<Integer, byte[]> read = new TreeMap<>();

        public Recorder(BlockDevice inner) {
            super(inner);
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            long end = offsetBytes + buffer.remaining();
            for (long sector = offsetBytes / BYTES; sector * BYTES < end; sector++) {
                ByteBuffer bytes = ByteBuffer.allocate(BYTES);
                inner.read(sector * BYTES, bytes);
                if (bytes.clear().mismatch(ByteBuffer.allocate(BYTES)) >= 0) {
                    read.put((int) sector, bytes.array());
                }
            }
            super.read(offsetBytes, buffer);
        }

        /** What {@link #device} makes a device of that looks the same to who read this one. */
        public byte[] toBytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            putInt(out, (int) (sizeBytes() / BYTES));
            read.forEach((sector, bytes) -> {
                byte[] full = new byte[BYTES];
                Arrays.fill(full, bytes[0]);
                boolean isFull = Arrays.equals(full, bytes);
                putInt(out, isFull ? sector | Integer.MIN_VALUE : sector);
                out.write(bytes, 0, isFull ? 1 : BYTES);
            });
            return out.toByteArray();
        }

        private static void putInt(ByteArrayOutputStream out, int value) {
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }
    }
}
