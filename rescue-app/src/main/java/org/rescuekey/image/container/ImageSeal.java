package org.rescuekey.image.container;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.SessionKeys;
import org.rescuekey.image.Encryption;
import org.rescuekey.image.ImageHeader;

/**
 * One run that writes into an image: its session seals what it writes, or nothing if the image is not encrypted. Shared by
 * the {@link ImageWriter} and all {@link BlockEncoder}s of the run, and by no other run: nonces are counted from 1.
 *
 * <p>Thread rule: may be used by several threads until it is closed, which wipes the session's keys and not the set's.
 */
public final class ImageSeal implements AutoCloseable {
    /** Of images that are not encrypted. */
    public static final ImageSeal NONE = new ImageSeal(ImageKeys.NONE, null);

    private final ImageKeys keys;
    private final @Nullable SessionKeys session;

    private ImageSeal(ImageKeys keys, @Nullable SessionKeys session) {
        this.keys = keys;
        this.session = session;
    }

    /** Begins a session of an encrypted set. */
    public static ImageSeal begin(ImageKeys keys, SecureRandom random) {
        return new ImageSeal(keys, SessionKeys.begin(keys.dataKey(), random));
    }

    /** What the header of an image that this run begins says. */
    public Encryption encryption(KeySlots slots) {
        SessionKeys present = session;
        if (present == null) {
            throw new IllegalStateException("nothing is encrypted");
        }
        return new Encryption(present.id(), slots);
    }

    /** Checks that this run may write blocks of an image. */
    void check(ImageHeader header) {
        boolean isRight = header.isEncrypted() ? session != null && keys.opens(header) : session == null;
        if (!isRight) {
            throw new IllegalArgumentException("a seal that is not of this image's set");
        }
    }

    boolean isSealing() {
        return session != null;
    }

    ImageKeys keys() {
        return keys;
    }

    /** A sealer for the records of blocks, for one thread. */
    RecordSealer forRecords() {
        SessionKeys present = session;
        return present == null
                ? RecordSealer.NONE
                : new RecordSealer(keys.setId(), present.id(), present.recordCipher());
    }

    /** A sealer for descriptions, for one thread. */
    RecordSealer forMetadata() {
        SessionKeys present = session;
        return present == null
                ? RecordSealer.NONE
                : new RecordSealer(keys.setId(), present.id(), present.metadataCipher());
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }
}
