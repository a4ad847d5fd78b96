package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.rescuekey.image.Hash;

/** SHA-256 of byte arrays, one after the other. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    static Hash of(byte[]... parts) {
        MessageDigest digest = digest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return Hash.of(digest.digest());
    }

    static Hash of(ByteBuffer bytes) {
        MessageDigest digest = digest();
        digest.update(bytes);
        return Hash.of(digest.digest());
    }
}
