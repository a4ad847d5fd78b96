package org.rescuekey.filesystem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;

/**
 * The places of a volume where file systems leave their marks: its first and its last bytes, read once. What lies
 * outside the volume reads as zero. Immutable.
 */
final class Probe {
    /** Covers the marks of all that is recognised; the farthest are those of ZFS. */
    static final int HEAD_BYTES = 256 << 10;

    /** Linux RAID keeps its oldest kind of mark in the last 128 KiB. */
    static final int TAIL_BYTES = 128 << 10;

    private final long sizeBytes;
    private final ByteBuffer head;
    private final ByteBuffer tail;

    private Probe(long sizeBytes, ByteBuffer head, ByteBuffer tail) {
        this.sizeBytes = sizeBytes;
        this.head = head;
        this.tail = tail;
    }

    static Probe of(BlockDevice volume) throws RescueException {
        long size = volume.sizeBytes();
        int headBytes = (int) Math.min(HEAD_BYTES, size);
        int tailBytes = (int) Math.min(TAIL_BYTES, size);
        return new Probe(
                size,
                Reads.at(volume, 0, headBytes, "start of the volume"),
                Reads.at(volume, size - tailBytes, tailBytes, "end of the volume"));
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** So many bytes from an offset, as a little-endian buffer; zero where they were not read. */
    ByteBuffer at(long offsetBytes, int lengthBytes) {
        ByteBuffer result = ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        copy(head, 0, offsetBytes, result);
        copy(tail, sizeBytes - tail.limit(), offsetBytes, result);
        return result;
    }

    boolean has(long offsetBytes, String ascii) {
        return has(offsetBytes, ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    boolean has(long offsetBytes, byte[] bytes) {
        return at(offsetBytes, bytes.length).equals(ByteBuffer.wrap(bytes));
    }

    long u32(long offsetBytes) {
        return at(offsetBytes, 4).getInt() & 0xFFFF_FFFFL;
    }

    long u64(long offsetBytes) {
        return at(offsetBytes, 8).getLong();
    }

    int u8(long offsetBytes) {
        return at(offsetBytes, 1).get() & 0xFF;
    }

    /** Text up to the first zero byte, without the spaces that pad it. */
    String text(long offsetBytes, int lengthBytes) {
        byte[] bytes = at(offsetBytes, lengthBytes).array();
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8).stripTrailing();
    }

    /** Sixteen bytes as a UUID in the order in which they stand; empty if all are zero. */
    String uuid(long offsetBytes) {
        ByteBuffer bytes = at(offsetBytes, 16).order(ByteOrder.BIG_ENDIAN);
        UUID uuid = new UUID(bytes.getLong(), bytes.getLong());
        return uuid.equals(new UUID(0, 0)) ? "" : uuid.toString();
    }

    boolean isAllZero() {
        return isZero(head) && isZero(tail);
    }

    private static boolean isZero(ByteBuffer bytes) {
        for (int i = 0; i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static void copy(ByteBuffer from, long fromStart, long offsetBytes, ByteBuffer result) {
        long start = Math.max(fromStart, offsetBytes);
        long end = Math.min(fromStart + from.limit(), offsetBytes + result.limit());
        if (start < end) {
            result.put((int) (start - offsetBytes), from, (int) (start - fromStart), (int) (end - start));
        }
    }
}
