package org.rescuekey.tui;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.Password;
import org.rescuekey.engine.ImageKeyService;
import org.rescuekey.error.RefusedException;

/** Knows one password: that of the encrypted set of {@link InventedSets}. */
final class FakeKeys implements ImageKeyService {
    private @Nullable Password offered;
    private boolean open;
    private int offers;

    @Override
    public synchronized void offer(Password password) {
        offered = password;
        offers++;
        try (Password right = Password.ofChars(InventedSets.PASSWORD.toCharArray())) {
            open |= password.isSameAs(right);
        } catch (RefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How often a password was offered. */
    synchronized int offers() {
        return offers;
    }

    synchronized boolean isOpen() {
        return open;
    }

    synchronized boolean isOffered() {
        return offered != null;
    }

    @Override
    public boolean isOpen(String setId) {
        return isOpen() && setId.equals(InventedSets.ENCRYPTED_SET);
    }

    @Override
    public List<String> warnings() {
        return isOpen() ? List.of("Key slot 3 is damaged.") : List.of();
    }

    @Override
    public synchronized void forget() {
        if (offered != null) {
            offered.close();
            offered = null;
        }
        open = false;
    }

    @Override
    public Listing list(String image) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Change add(String image, Password added) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Change change(String image, int slot, Password changed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Change remove(String image, int slot) {
        throw new UnsupportedOperationException();
    }
}
