package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.rescuekey.crypto.SessionId;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.Hash;

/** Little-endian fields of a structure of fixed length, with errors that name the structure and the field's offset. */
final class Fields {
    private final String what;
    private final long baseBytes;
    private final ByteBuffer bytes;

    /** @param baseBytes where the structure stands in its file */
    Fields(String what, long baseBytes, byte[] bytes) {
        this.what = what;
        this.baseBytes = baseBytes;
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int u8(int at) {
        return bytes.get(at) & 0xFF;
    }

    int u16(int at) {
        return bytes.getShort(at) & 0xFFFF;
    }

    long u32(int at) {
        return bytes.getInt(at) & 0xFFFF_FFFFL;
    }

    /** All 64 bits; negative if the top one is set. */
    long u64(int at) {
        return bytes.getLong(at);
    }

    byte[] bytes(int from, int to) {
        byte[] copy = new byte[to - from];
        bytes.get(from, copy);
        return copy;
    }

    /** An offset or count: not negative and at most max. */
    long count(int at, long max) throws MalformedDataException {
        long value = u64(at);
        check(at, value >= 0 && value <= max, "at most " + max, Long.toUnsignedString(value));
        return value;
    }

    /** A length of at most max. */
    int length(int at, int max) throws MalformedDataException {
        long value = u32(at);
        check(at, value <= max, "at most " + max, Long.toString(value));
        return (int) value;
    }

    Hash hash(int at) {
        return Hash.read(bytes.duplicate().position(at), Hash.BYTES);
    }

    SessionId session(int at) {
        Hash halves = Hash.read(bytes.duplicate().position(at), SessionId.BYTES);
        return new SessionId(halves.word0(), halves.word1());
    }

    UUID id(int at) {
        Hash halves = Hash.read(bytes.duplicate().position(at), 16);
        return new UUID(halves.word0(), halves.word1());
    }

    /** Checks that reserved bytes are zero: a later version marks what it puts there by a feature bit. */
    void zero(int from, int to) throws MalformedDataException {
        for (int at = from; at < to; at++) {
            if (bytes.get(at) != 0) {
                throw malformed(at, "zero", Integer.toString(u8(at)));
            }
        }
    }

    void expect(int at, long expected, long actual, String field) throws MalformedDataException {
        check(at, expected == actual, field + " " + Long.toHexString(expected), Long.toHexString(actual));
    }

    void check(int at, boolean isGood, String expected, String actual) throws MalformedDataException {
        if (!isGood) {
            throw malformed(at, expected, actual);
        }
    }

    MalformedDataException malformed(int at, String expected, String actual) {
        return new MalformedDataException(what, baseBytes + at, expected, actual);
    }
}
