package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.RecordCipher;
import org.rescuekey.crypto.SessionId;

/**
 * Seals the bodies of records, where the image is encrypted.
 *
 * <p>Thread rule: confined to one thread.
 */
final class RecordSealer {
    /** Leaves everything as it is. */
    static final RecordSealer NONE = new RecordSealer(new UUID(0, 0), SessionId.NONE, null);

    private final UUID setId;
    private final SessionId session;
    private final @Nullable RecordCipher cipher;
    /** The JDK's cipher is faster on arrays. */
    private byte[] scratch = new byte[0];

    RecordSealer(UUID setId, SessionId session, @Nullable RecordCipher cipher) {
        this.setId = setId;
        this.session = session;
        this.cipher = cipher;
    }

    /** What sealing adds to a body. */
    int sealBytes() {
        return cipher == null ? 0 : RecordCipher.TAG_BYTES;
    }

    /**
     * Seals a body where it stands.
     *
     * @param header final but for seal and checksum; its stored length counts the seal
     * @param body from its position to its limit the sealed body's place, which begins with the body to seal; moves to
     *     its limit
     * @return the header to write
     */
    RecordHeader seal(RecordHeader header, ByteBuffer body) {
        ByteBuffer sealed = body.duplicate();
        RecordHeader result = header;
        if (cipher != null) {
            int stored = header.storedBytes();
            scratch = scratch.length < stored ? new byte[stored] : scratch;
            result = header.withSeal(new RecordSeal(cipher.nextNonce(), session));
            body.get(body.position(), scratch, 0, stored - RecordCipher.TAG_BYTES);
            cipher.seal(result.content(setId), scratch, 0, stored - RecordCipher.TAG_BYTES, scratch, 0);
            body.put(body.position(), scratch, 0, stored);
        }
        body.position(body.limit());
        return result.withBodyCrc(RecordHeader.crc(sealed));
    }
}
