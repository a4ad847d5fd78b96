package org.rescuekey.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * The random 256-bit key of an image set. Everything that is encrypted, authenticated or hashed in the set hangs on it; it
 * never encrypts a record itself, and it is stored only inside key slots.
 *
 * <p>Thread rule: thread-safe until it is closed, which wipes it; a use after that is a mistake of the program. What was
 * derived from it before lives on.
 */
public final class DataKey implements AutoCloseable {
    static final int BYTES = 32;

    private static final byte[] NO_SALT = new byte[0];

    private final byte[] bytes;
    private boolean closed;

    /** @param bytes become the key's own */
    DataKey(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a data key of " + bytes.length + " bytes");
        }
        this.bytes = bytes;
    }

    /** The key of a new image set. */
    public static DataKey random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new DataKey(bytes);
    }

    /** A hasher for one thread. All sessions of a set hash alike: a child compares with its parent's hashes. */
    public BlockHasher blockHasher() {
        return new BlockHasher(derive(NO_SALT, "Rescue Key 1 block hash", 32));
    }

    /** The seed of XXH3-128 in this set, in place of the one in the header: nobody without the key knows it. */
    public long hashSeed() {
        byte[] seed = derive(NO_SALT, "Rescue Key 1 hash seed", Long.BYTES);
        return ByteBuffer.wrap(seed).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** The key under which the key slots of the set are authenticated. The caller wipes it. */
    byte[] slotsKey() {
        return derive(NO_SALT, "Rescue Key 1 key slots", 32);
    }

    /** Authenticates what an image says of itself as a whole: HMAC-SHA256 under a key that only this serves. */
    public byte[] imageMac(byte[] message) {
        byte[] key = derive(NO_SALT, "Rescue Key 1 image", 32);
        Mac mac = Primitives.hmacSha256(key);
        Arrays.fill(key, (byte) 0);
        return mac.doFinal(message);
    }

    /** A key of one session. The caller wipes it. */
    byte[] sessionKey(SessionId session, String purpose) {
        return derive(session.toBytes(), purpose, 32);
    }

    private byte[] derive(byte[] salt, String purpose, int length) {
        byte[] key = copy();
        try {
            return Primitives.hkdf(key, salt, Primitives.purpose(purpose), length);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** A copy, for the wrapping into a slot. The caller wipes it. */
    synchronized byte[] copy() {
        if (closed) {
            throw new IllegalStateException("the data key was wiped");
        }
        return bytes.clone();
    }

    @Override
    public synchronized void close() {
        Arrays.fill(bytes, (byte) 0);
        closed = true;
    }

    @Override
    public String toString() {
        return "DataKey[secret]";
    }
}
