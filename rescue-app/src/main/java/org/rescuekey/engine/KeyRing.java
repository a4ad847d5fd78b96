package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.Encryption;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.container.ImageKeys;

/**
 * The keys of the image sets that are open, and the password that was offered, which is tried once on each set that turns up.
 * The only place of the engine that holds secrets.
 *
 * <p>Thread rule: safe for several threads.
 */
final class KeyRing {
    private final Map<UUID, ImageKeys> open = new HashMap<>();
    private final Map<KeySlots, RescueException> failures = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private @Nullable Password offered;

    /** @param password becomes its own */
    synchronized void offer(Password password) {
        closeOffered();
        offered = password;
    }

    /** The keys for an image, or none if it is not encrypted or its password was not offered. */
    synchronized ImageKeys of(ImageHeader header) {
        Password password = offered;
        Optional<KeySlots> slots = header.encryption().map(Encryption::slots);
        if (slots.isPresent() && password != null && !open.containsKey(header.setId())) {
            tryOn(header, slots.get(), password);
        }
        return slots.isEmpty() ? ImageKeys.NONE : open.getOrDefault(header.setId(), ImageKeys.NONE);
    }

    private void tryOn(ImageHeader header, KeySlots slots, Password password) {
        if (failures.containsKey(slots)) {
            return;
        }
        try {
            ImageKeys.Unlocked unlocked = ImageKeys.unlock(header, password);
            open.put(header.setId(), unlocked.keys());
            warnings.addAll(unlocked.warnings());
        } catch (RescueException e) {
            failures.put(slots, e);
        }
    }

    /** Keys that were made for a new set. */
    synchronized void add(UUID setId, ImageKeys keys) {
        open.put(setId, keys);
    }

    /**
     * The keys for an image that must be read.
     *
     * @throws PasswordNeededException if it is encrypted and no password was offered
     * @throws org.rescuekey.error.WrongPasswordException if that which was offered does not open it
     */
    synchronized ImageKeys need(ImageHeader header, String name) throws RescueException {
        ImageKeys keys = of(header);
        if (keys.opens(header)) {
            return keys;
        }
        RescueException failure = header.encryption()
                .map(encryption -> failures.get(encryption.slots()))
                .orElse(null);
        throw failure == null ? new PasswordNeededException(name) : failure;
    }

    /** The same for what can do without a key, if no password was offered. */
    synchronized ImageKeys unlessWrong(ImageHeader header, String name) throws RescueException {
        return offered == null ? of(header) : need(header, name);
    }

    synchronized boolean isOpen(UUID setId) {
        return open.containsKey(setId);
    }

    synchronized Optional<ImageKeys> keysOf(UUID setId) {
        return Optional.ofNullable(open.get(setId));
    }

    /** The password that was offered; still the ring's own. */
    synchronized Optional<Password> password() {
        return Optional.ofNullable(offered);
    }

    synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    synchronized void forget() {
        closeOffered();
        open.values().forEach(ImageKeys::close);
        open.clear();
        warnings.clear();
    }

    private void closeOffered() {
        failures.clear();
        if (offered != null) {
            offered.close();
            offered = null;
        }
    }
}
