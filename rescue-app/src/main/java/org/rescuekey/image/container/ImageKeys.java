package org.rescuekey.image.container;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.DataKey;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.crypto.SessionId;
import org.rescuekey.crypto.SessionKeys;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.Encryption;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageHeader;

/**
 * The open key of an image set, or none: what readers of images are given. Images that are not encrypted need none.
 *
 * <p>Thread rule: may be used by several threads until it is closed, which wipes the key.
 */
public final class ImageKeys implements AutoCloseable {
    /** No key: what is encrypted stays closed. */
    public static final ImageKeys NONE = new ImageKeys(new UUID(0, 0), null);

    /** An image has one session for each run that wrote it; hostile ones could name more than fit into memory. */
    private static final int KEPT_SESSIONS = 64;

    private final UUID setId;
    private final @Nullable DataKey dataKey;
    private final Map<SessionId, SessionKeys> sessions = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, SessionKeys> eldest) {
            return size() > KEPT_SESSIONS;
        }
    };

    private ImageKeys(UUID setId, @Nullable DataKey dataKey) {
        this.setId = setId;
        this.dataKey = dataKey;
    }

    /** @param dataKey becomes its own */
    public static ImageKeys of(UUID setId, DataKey dataKey) {
        return new ImageKeys(setId, dataKey);
    }

    /**
     * What a password opened.
     *
     * @param keys to be closed by the caller
     * @param slot the key slot that the password opened
     * @param warnings what is wrong with the key slots, to be shown
     */
    public record Unlocked(ImageKeys keys, int slot, List<String> warnings) {}

    /**
     * Opens the key of the set that an encrypted image belongs to. Takes up to a second for each key slot.
     *
     * @throws org.rescuekey.error.WrongPasswordException if the password is none of the set's
     */
    public static Unlocked unlock(ImageHeader header, Password password) throws RescueException {
        KeySlots slots = header.encryption()
                .map(Encryption::slots)
                .orElseThrow(() -> new IllegalArgumentException("an image that is not encrypted"));
        KeySlots.Unlocked opened = slots.unlock(password);
        return new Unlocked(of(header.setId(), opened.key()), opened.slot(), opened.warnings());
    }

    /** Tells whether an image can be read with these: it is of this set, or not encrypted. */
    public boolean opens(ImageHeader header) {
        return !header.isEncrypted() || (dataKey != null && header.setId().equals(setId));
    }

    UUID setId() {
        return setId;
    }

    DataKey dataKey() {
        DataKey present = dataKey;
        if (present == null) {
            throw new IllegalStateException("no key is open");
        }
        return present;
    }

    /** What proves that who had the key wrote these bytes; none for an image that these keys do not open. */
    Hash mac(ImageHeader header, byte[] bytes) {
        return header.isEncrypted() && opens(header) ? Hash.of(dataKey().imageMac(bytes)) : Hash.NONE;
    }

    /** The keys of a session that is read. */
    SessionKeys session(SessionId id) {
        synchronized (sessions) {
            return sessions.computeIfAbsent(id, each -> SessionKeys.of(dataKey(), each));
        }
    }

    @Override
    public void close() {
        synchronized (sessions) {
            sessions.values().forEach(SessionKeys::close);
            sessions.clear();
        }
        if (dataKey != null) {
            dataKey.close();
        }
    }

    @Override
    public String toString() {
        return dataKey == null ? "ImageKeys[none]" : "ImageKeys[set " + setId + "]";
    }
}
