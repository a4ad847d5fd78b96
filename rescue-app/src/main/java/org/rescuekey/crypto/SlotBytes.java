package org.rescuekey.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The 160 bytes of a slot as they are stored, which nobody changes. */
final class SlotBytes {
    static final int BYTES = 160;
    static final int CHECKSUM_AT = 144;
    static final SlotBytes EMPTY = new SlotBytes(new byte[BYTES]);

    private final byte[] bytes;

    /** @param bytes become its own */
    SlotBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a slot of " + bytes.length + " bytes");
        }
        this.bytes = bytes;
    }

    ByteBuffer fields() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] part(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** Where a slot is in use, this stands for all of it. */
    byte[] checksum() {
        return part(CHECKSUM_AT, BYTES);
    }

    boolean isChecksumRight() {
        return Arrays.equals(checksum(), checksumOf(bytes));
    }

    /** The first half of the SHA-256 of what stands before it. */
    static byte[] checksumOf(byte[] slot) {
        var sha256 = Primitives.sha256();
        sha256.update(slot, 0, CHECKSUM_AT);
        return Arrays.copyOf(sha256.digest(), BYTES - CHECKSUM_AT);
    }

    boolean isZero(int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }
}
