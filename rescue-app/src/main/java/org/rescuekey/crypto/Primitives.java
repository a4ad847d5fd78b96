package org.rescuekey.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The JDK's algorithms by name. Every runtime has them; that one does not is a mistake of its build. */
final class Primitives {
    static final int TAG_BYTES = 16;

    private Primitives() {}

    /** HKDF-SHA256 (RFC 5869): extract with the salt, expand with the purpose. */
    static byte[] hkdf(byte[] key, byte[] salt, byte[] purpose, int length) {
        try {
            HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(key);
            if (salt.length > 0) {
                extract.addSalt(salt);
            }
            return KDF.getInstance("HKDF-SHA256").deriveData(extract.thenExpand(purpose, length));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static byte[] purpose(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static Cipher aesGcm() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static Mac hmacSha256(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException(
                "this runtime cannot do it: " + e.getClass().getSimpleName(), e);
    }
}
