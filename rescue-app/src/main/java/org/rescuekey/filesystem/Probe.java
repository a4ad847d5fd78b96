package org.rescuekey.filesystem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;

/**
 * The places of a volume where file systems leave their marks: its first and its last bytes and a few between, read once. What lies
 * outside the volume reads as zero. Immutable.
 */
final class Probe {
    /** Covers nearly all marks; the farthest are those of ZFS. */
    static final int HEAD_BYTES = 256 << 10;

    /** ZFS keeps the last of its labels within the last 512 KiB, others what they know of RAID. */
    static final int TAIL_BYTES = 512 << 10;

    /** So many reads make a probe of a volume that is large enough. */
    static final int READS = 3;

    /** VMFS leaves its mark far from both ends. */
    private static final long MIDDLE_OFFSET_BYTES = 1 << 20;

    private static final int MIDDLE_BYTES = 4096;

    private final long sizeBytes;
    private final ByteBuffer head;
    private final ByteBuffer middle;
    private final ByteBuffer tail;

    private Probe(long sizeBytes, ByteBuffer head, ByteBuffer middle, ByteBuffer tail) {
        this.sizeBytes = sizeBytes;
        this.head = head;
        this.middle = middle;
        this.tail = tail;
    }

    static Probe of(BlockDevice volume) throws RescueException {
        long size = volume.sizeBytes();
        int headBytes = (int) Math.min(HEAD_BYTES, size);
        int middleBytes = size >= MIDDLE_OFFSET_BYTES + MIDDLE_BYTES ? MIDDLE_BYTES : 0;
        int tailBytes = (int) Math.min(TAIL_BYTES, size);
        return new Probe(
                size,
                Reads.at(volume, 0, headBytes, "start of the volume"),
                middleBytes == 0
                        ? ByteBuffer.allocate(0)
                        : Reads.at(volume, MIDDLE_OFFSET_BYTES, middleBytes, "second MiB of the volume"),
                Reads.at(volume, size - tailBytes, tailBytes, "end of the volume"));
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** So many bytes from an offset, as a little-endian buffer; zero where they were not read. */
    ByteBuffer at(long offsetBytes, int lengthBytes) {
        ByteBuffer result = ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        copy(head, 0, offsetBytes, result);
        copy(middle, MIDDLE_OFFSET_BYTES, offsetBytes, result);
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
        return isZero(head) && isZero(middle) && isZero(tail);
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
