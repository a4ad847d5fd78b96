package org.rescuekey.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * Turns the hash of plain bytes into one that says nothing about them to who has no key: HMAC-SHA256 under the set's hash
 * key, over kind, block number and plain hash. Kind and number are in it so that equal blocks at different places do not
 * look equal.
 *
 * <p>Why not the plain hash with a secret seed alone: XXH3 is no pseudo-random function, its output may betray seed
 * and content. Why not HMAC or a keyed BLAKE2 over the block itself: the same secrecy, but three to ten times the time. What
 * finds a change is still the plain hash: who wants one to be missed needs a collision of it, without knowing its seed.
 *
 * <p>Thread rule: confined to one thread at a time.
 */
public final class BlockHasher {
    public static final int BYTES = 32;

    private final Mac mac;
    private final ByteBuffer place = ByteBuffer.allocate(1 + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** @param key is wiped; the MAC keeps what it needs */
    BlockHasher(byte[] key) {
        mac = Primitives.hmacSha256(key);
        Arrays.fill(key, (byte) 0);
    }

    /**
     * The keyed hash of a block or body; an image that has room for 16 bytes keeps the first 16.
     *
     * @param kind the record's kind
     * @param block the record's block number
     * @param plainHash the hash of the plain bytes, 16 or 32 bytes
     */
    public byte[] hash(int kind, long block, byte[] plainHash) {
        place.clear();
        place.put((byte) kind).putLong(block);
        mac.update(place.array());
        return mac.doFinal(plainHash);
    }

    @Override
    public String toString() {
        return "BlockHasher[secret]";
    }
}
