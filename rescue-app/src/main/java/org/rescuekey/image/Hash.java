package org.rescuekey.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A hash of 32 bytes, as four big-endian words; a shorter one (XXH3-128) has zeros behind it. All zero stands for "none".
 */
public record Hash(long word0, long word1, long word2, long word3) {
    public static final int BYTES = 32;

    /** No hash: what blocks without a body carry. */
    public static final Hash NONE = new Hash(0, 0, 0, 0);

    /** A hash from an array of 32 bytes. */
    public static Hash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a hash of " + bytes.length + " bytes");
        }
        return read(ByteBuffer.wrap(bytes), BYTES);
    }

    /** Reads 16 or 32 bytes at the buffer's position. */
    public static Hash read(ByteBuffer buffer, int length) {
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.BIG_ENDIAN);
        Hash hash = length == BYTES
                ? new Hash(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong())
                : new Hash(buffer.getLong(), buffer.getLong(), 0, 0);
        buffer.order(order);
        return hash;
    }

    /** Writes the first 16 or all 32 bytes at the buffer's position. */
    public void write(ByteBuffer buffer, int length) {
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.BIG_ENDIAN).putLong(word0).putLong(word1);
        if (length == BYTES) {
            buffer.putLong(word2).putLong(word3);
        }
        buffer.order(order);
    }

    public byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        write(buffer, BYTES);
        return buffer.array();
    }

    public boolean isNone() {
        return (word0 | word1 | word2 | word3) == 0;
    }

    /** All 64 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
