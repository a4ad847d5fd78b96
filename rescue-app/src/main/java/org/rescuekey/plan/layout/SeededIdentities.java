package org.rescuekey.plan.layout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Identities that follow from a random seed and from what they are for, so that a plan that is made again names the same ones
 * and has the same digest. Immutable.
 */
public final class SeededIdentities implements IdentitySource {
    private final byte[] seed;
    private final String purpose;

    /**
     * @param seed random bytes that stay the same from the plan that is shown to the one that runs; at least 16
     * @param purpose what tells this job from others with the same seed: its source and its target
     */
    public SeededIdentities(byte[] seed, String purpose) {
        if (seed.length < 16) {
            throw new IllegalArgumentException("a seed of " + seed.length + " bytes");
        }
        this.seed = seed.clone();
        this.purpose = purpose;
    }

    @Override
    public UUID guid(String what) {
        ByteBuffer random = random(what);
        long high = (random.getLong() & ~0xF000L) | 0x4000L;
        long low = (random.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    @Override
    public int mbrSignature() {
        int signature = random("MBR signature").getInt();
        return signature == 0 ? 1 : signature;
    }

    private ByteBuffer random(String what) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (byte[] part : new byte[][] {seed, bytes(purpose), bytes(what)}) {
                sha256.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
                sha256.update(part);
            }
            return ByteBuffer.wrap(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
