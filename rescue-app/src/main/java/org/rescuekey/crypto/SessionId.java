package org.rescuekey.crypto;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * 128 random bits that name one run of writing: from them and the data key come that run's keys. Not secret; stands in each
 * record that the run wrote. All zero stands for "not encrypted".
 *
 * @param high the first eight bytes, big-endian
 * @param low the others
 */
public record SessionId(long high, long low) {
    public static final int BYTES = 16;

    /** No session: what plain records carry. */
    public static final SessionId NONE = new SessionId(0, 0);

    static SessionId random(SecureRandom random) {
        SessionId id;
        do {
            id = new SessionId(random.nextLong(), random.nextLong());
        } while (id.isNone());
        return id;
    }

    public boolean isNone() {
        return (high | low) == 0;
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }
}
