package org.rescuekey.image.index;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.Hash;

/** Reads what {@link VarintWriter} wrote; every number is checked against the limit that the caller states. */
final class VarintReader {
    private final String what;
    private final ByteBuffer buffer;

    VarintReader(String what, byte[] bytes) {
        this.what = what;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int getByte() throws MalformedDataException {
        need(1);
        return buffer.get() & 0xFF;
    }

    long getVarint(long max) throws MalformedDataException {
        long value = raw();
        if (value < 0 || value > max) {
            throw malformed("at most " + max, Long.toUnsignedString(value));
        }
        return value;
    }

    int getInt(int max) throws MalformedDataException {
        return (int) getVarint(max);
    }

    /** A signed number that, added to a base, lands in {@code [0, max]}; returns the sum. */
    long getSignedFrom(long base, long max) throws MalformedDataException {
        long coded = raw();
        long delta = (coded >>> 1) ^ -(coded & 1);
        long value = base + delta;
        if (((base ^ value) & (delta ^ value)) < 0 || value < 0 || value > max) {
            throw malformed("0 to " + max, base + " changed by " + delta);
        }
        return value;
    }

    long getLong() throws MalformedDataException {
        need(8);
        return buffer.getLong();
    }

    Hash getHash(int hashBytes) throws MalformedDataException {
        need(hashBytes);
        return Hash.read(buffer, hashBytes);
    }

    UUID getId() throws MalformedDataException {
        need(16);
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.BIG_ENDIAN);
        UUID id = new UUID(buffer.getLong(), buffer.getLong());
        buffer.order(order);
        return id;
    }

    /** A text that {@link VarintWriter#putText} wrote; bytes that are no UTF-8 are replaced, since texts are for people. */
    String getText(int maxBytes) throws MalformedDataException {
        byte[] bytes = new byte[getInt(Math.min(maxBytes, buffer.remaining()))];
        need(bytes.length);
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    boolean isAtEnd() {
        return !buffer.hasRemaining();
    }

    void end() throws MalformedDataException {
        if (buffer.hasRemaining()) {
            throw malformed("the end", buffer.remaining() + " more bytes");
        }
    }

    MalformedDataException malformed(String expected, String actual) {
        return new MalformedDataException(what, buffer.position(), expected, actual);
    }

    private long raw() throws MalformedDataException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = getByte();
            value |= (long) (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                if (shift == 63 && next > 1) {
                    break;
                }
                return value;
            }
        }
        throw malformed("a number of at most 64 bits", "a longer one");
    }

    private void need(int count) throws MalformedDataException {
        if (buffer.remaining() < count) {
            throw malformed(count + " more bytes", "the end");
        }
    }
}
