package org.rescuekey.partition.gpt;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * GUIDs in the byte order of disks: the first three groups little-endian, the last two as they are printed. Buffers must
 * be little-endian.
 */
public final class Guids {
    public static final int BYTES = 16;

    /** The GUID that marks an unused entry. */
    public static final UUID NIL = new UUID(0, 0);

    private Guids() {}

    public static UUID get(ByteBuffer buffer, int index) {
        long high = (Integer.toUnsignedLong(buffer.getInt(index)) << 32)
                | ((buffer.getShort(index + 4) & 0xFFFFL) << 16)
                | (buffer.getShort(index + 6) & 0xFFFFL);
        return new UUID(high, Long.reverseBytes(buffer.getLong(index + 8)));
    }

    public static void put(ByteBuffer buffer, int index, UUID guid) {
        long high = guid.getMostSignificantBits();
        buffer.putInt(index, (int) (high >>> 32));
        buffer.putShort(index + 4, (short) (high >>> 16));
        buffer.putShort(index + 6, (short) high);
        buffer.putLong(index + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
    }

    /** The usual form in capitals: "C12A7328-F81F-11D2-BA4B-00A0C93EC93B". */
    public static String text(UUID guid) {
        return guid.toString().toUpperCase(Locale.ROOT);
    }

    /** Reads the form that {@link #text} prints, and nothing else. */
    public static Optional<UUID> parse(String text) {
        if (text.length() != 36) {
            return Optional.empty();
        }
        try {
            UUID guid = UUID.fromString(text);
            return text(guid).equals(text) ? Optional.of(guid) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
