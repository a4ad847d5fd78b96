package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.rescuekey.crypto.RecordCipher;
import org.rescuekey.crypto.SessionId;
import org.rescuekey.crypto.SessionKeys;
import org.rescuekey.error.IntegrityException;

/**
 * Opens the sealed bodies of records.
 *
 * <p>Thread rule: confined to one thread.
 */
final class RecordOpener {
    private static final int KEPT_CIPHERS = 16;

    private final ImageKeys keys;
    private final UUID setId;
    private final boolean isMetadata;
    private final Map<SessionId, RecordCipher> ciphers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, RecordCipher> eldest) {
            return size() > KEPT_CIPHERS;
        }
    };
    private byte[] scratch = new byte[0];

    private RecordOpener(ImageKeys keys, UUID setId, boolean isMetadata) {
        this.keys = keys;
        this.setId = setId;
        this.isMetadata = isMetadata;
    }

    static RecordOpener ofRecords(ImageKeys keys, UUID setId) {
        return new RecordOpener(keys, setId, false);
    }

    static RecordOpener ofMetadata(ImageKeys keys, UUID setId) {
        return new RecordOpener(keys, setId, true);
    }

    /**
     * Opens a body.
     *
     * @param what names the record in the error
     * @param header the record's header
     * @param sealed its remaining bytes are the sealed body; left as it was
     * @return the body, good until the next call
     * @throws IntegrityException if header or body are not what was sealed
     */
    ByteBuffer open(String what, RecordHeader header, ByteBuffer sealed) throws IntegrityException {
        int stored = sealed.remaining();
        scratch = scratch.length < stored ? new byte[stored] : scratch;
        sealed.get(sealed.position(), scratch, 0, stored);
        RecordSeal seal = header.seal();
        int length =
                cipher(seal.session()).open(what, seal.nonce(), header.content(setId), scratch, 0, stored, scratch, 0);
        return ByteBuffer.wrap(scratch, 0, length);
    }

    private RecordCipher cipher(SessionId id) {
        return ciphers.computeIfAbsent(id, each -> {
            SessionKeys session = keys.session(each);
            return isMetadata ? session.metadataCipher() : session.recordCipher();
        });
    }
}
