package org.rescuekey.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.rescuekey.error.IntegrityException;

/**
 * AES-256-GCM for the bodies of records: the sealed body is the encrypted one and a tag of 16 bytes. The nonce is a
 * number that the session counts; as 96 bits it is the eight bytes that stand in the record header (little-endian) and four
 * zeros. A record without a body is sealed too: its body is then the tag of its header.
 *
 * <p>Arrays and not buffers: the JDK's GCM is twice as fast on them. Plain and sealed bytes may lie at the same place of
 * the same array.
 *
 * <p>Thread rule: confined to one thread at a time.
 */
public final class RecordCipher {
    /** What sealing adds to a body. */
    public static final int TAG_BYTES = Primitives.TAG_BYTES;

    private static final int NO_NONCE = 0;

    private final SessionKeys session;
    private final Key key;
    private final Cipher cipher = Primitives.aesGcm();
    private long reserved = NO_NONCE;

    RecordCipher(SessionKeys session, Key key) {
        this.session = session;
        this.key = key;
    }

    /**
     * Reserves the nonce of the next {@link #seal}: it stands in the record header, which is authenticated and so must be whole
     * before. Reserving again gives another; one that is not used is lost, which does no harm.
     */
    public long nextNonce() {
        reserved = session.nextNonce();
        return reserved;
    }

    /**
     * Seals a body with the nonce that was reserved, which is used up whatever comes of it.
     *
     * @param header what is authenticated with it: the record header without its place
     * @return the length of the sealed body, {@code length + TAG_BYTES}
     */
    public int seal(byte[] header, byte[] plain, int offset, int length, byte[] target, int targetOffset) {
        long nonce = reserved;
        reserved = NO_NONCE;
        if (nonce == NO_NONCE) {
            throw new IllegalStateException("no nonce was reserved");
        }
        if (target.length - targetOffset < length + TAG_BYTES) {
            throw new IllegalArgumentException("no room for the tag");
        }
        try {
            return run(Cipher.ENCRYPT_MODE, nonce, header, plain, offset, length, target, targetOffset);
        } catch (GeneralSecurityException e) {
            throw Primitives.missing(e);
        }
    }

    /**
     * Opens a sealed body. The target gets plain bytes only if header and body are what was sealed, otherwise zeros.
     *
     * @param what names the record in the error
     * @param nonce from the record header
     * @param header what was authenticated with it
     * @param length of the sealed body, with the tag
     * @return the length of the plain body, {@code length - TAG_BYTES}
     * @throws IntegrityException if header or body were changed, or belong to another place, set or session
     */
    public int open(
            String what,
            long nonce,
            byte[] header,
            byte[] sealed,
            int offset,
            int length,
            byte[] target,
            int targetOffset)
            throws IntegrityException {
        if (length < TAG_BYTES) {
            throw new IntegrityException(what + " is too short for an encrypted record");
        }
        if (target.length - targetOffset < length - TAG_BYTES) {
            throw new IllegalArgumentException("no room for the plain body");
        }
        try {
            return run(Cipher.DECRYPT_MODE, nonce, header, sealed, offset, length, target, targetOffset);
        } catch (AEADBadTagException _) {
            // In place, the JDK leaves there what it decrypted before it came to the tag.
            Arrays.fill(target, targetOffset, targetOffset + length - TAG_BYTES, (byte) 0);
            throw new IntegrityException(what + " was changed after it was encrypted, or is damaged");
        } catch (GeneralSecurityException e) {
            throw Primitives.missing(e);
        }
    }

    private int run(
            int mode, long nonce, byte[] header, byte[] source, int offset, int length, byte[] target, int targetOffset)
            throws GeneralSecurityException {
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonceBytes(nonce)));
        cipher.updateAAD(header);
        return cipher.doFinal(source, offset, length, target, targetOffset);
    }

    private static byte[] nonceBytes(long nonce) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(nonce)
                .array();
    }

    @Override
    public String toString() {
        return "RecordCipher[" + session.id() + "]";
    }
}
