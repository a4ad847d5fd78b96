package org.rescuekey.crypto;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys of one session, and its nonce counter.
 *
 * <p>Invariants: only the session that was begun here seals, with nonces 1, 2, 3 ...; keys of a session that is read from an
 * image only open. So no nonce is used twice under a key: a run that is resumed after a power cut begins a session of its
 * own. Records and metadata have different keys but share the counter.
 *
 * <p>Thread rule: thread-safe until it is closed, which wipes the keys; ciphers are made from it, one a thread.
 */
public final class SessionKeys implements AutoCloseable {
    /** NIST SP 800-38D allows so many calls under one key: 1 PiB in blocks of 256 KiB. */
    static final long MAX_NONCE = 1L << 32;

    private final SessionId id;
    private final AesKey recordKey;
    private final AesKey metadataKey;
    private final boolean seals;
    private final AtomicLong lastNonce;

    private SessionKeys(DataKey dataKey, SessionId id, boolean seals, long lastNonce) {
        if (id.isNone()) {
            throw new IllegalArgumentException("no session");
        }
        this.id = id;
        this.recordKey = new AesKey(dataKey.sessionKey(id, "Rescue Key 1 record"));
        this.metadataKey = new AesKey(dataKey.sessionKey(id, "Rescue Key 1 metadata"));
        this.seals = seals;
        this.lastNonce = new AtomicLong(lastNonce);
    }

    /** Begins a session: one for each run that writes, also for one that resumes an image. */
    public static SessionKeys begin(DataKey dataKey, SecureRandom random) {
        return begin(dataKey, random, 0);
    }

    static SessionKeys begin(DataKey dataKey, SecureRandom random, long lastNonce) {
        return new SessionKeys(dataKey, SessionId.random(random), true, lastNonce);
    }

    /** The keys that open the records of a session. */
    public static SessionKeys of(DataKey dataKey, SessionId id) {
        return new SessionKeys(dataKey, id, false, 0);
    }

    public SessionId id() {
        return id;
    }

    /** A cipher for the records of blocks, for one thread. */
    public RecordCipher recordCipher() {
        return new RecordCipher(this, recordKey);
    }

    /** A cipher for descriptions and the index, for one thread. */
    public RecordCipher metadataCipher() {
        return new RecordCipher(this, metadataKey);
    }

    /** A number that no other call gets. */
    long nextNonce() {
        if (!seals) {
            throw new IllegalStateException("this session only opens records");
        }
        long nonce = lastNonce.incrementAndGet();
        if (nonce > MAX_NONCE || nonce <= 0) {
            lastNonce.set(MAX_NONCE);
            throw new IllegalStateException("the nonces of this session are used up");
        }
        return nonce;
    }

    @Override
    public void close() {
        recordKey.destroy();
        metadataKey.destroy();
    }

    @Override
    public String toString() {
        return "SessionKeys[" + id + "]";
    }
}
