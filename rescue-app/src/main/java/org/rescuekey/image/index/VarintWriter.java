package org.rescuekey.image.index;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.rescuekey.image.Hash;

/** A growing array of bytes, unsigned LEB128 numbers and little-endian words. Confined to one thread. */
final class VarintWriter {
    private byte[] bytes = new byte[1024];
    private int length;

    void putByte(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    /** Seven bits a byte, lowest first; the top bit says that more follow. */
    void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            putByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        putByte((int) rest);
    }

    /** A signed number: 0, -1, 1, -2, ... become 0, 1, 2, 3, ... */
    void putSigned(long value) {
        putVarint((value << 1) ^ (value >> 63));
    }

    void putLong(long value) {
        ensure(8);
        ByteBuffer.wrap(bytes, length, 8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        length += 8;
    }

    void putHash(Hash hash, int hashBytes) {
        ensure(hashBytes);
        hash.write(ByteBuffer.wrap(bytes, length, hashBytes), hashBytes);
        length += hashBytes;
    }

    /** The 16 bytes of an identifier in their usual order. */
    void putId(UUID id) {
        ensure(16);
        ByteBuffer.wrap(bytes, length, 16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        length += 16;
    }

    /** The length in bytes, then the text in UTF-8. */
    void putText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        putVarint(encoded.length);
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
