package org.rescuekey.engine;

import java.util.List;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.RescueException;

/**
 * The passwords of encrypted images. They come in here and nowhere else: no request, plan, event or report holds one.
 *
 * <p>Thread rule: safe for several threads.
 */
public interface ImageKeyService {
    /**
     * Gives a password for what comes next: images that it opens are opened with it whenever they are looked at, listed,
     * planned with or read, and a new encrypted image set gets it. It takes the place of one that was given before; image
     * sets that were opened stay open.
     *
     * @param password becomes the service's own, which wipes it in {@link #forget}
     */
    void offer(Password password);

    /** Whether the set of this identity is open. */
    boolean isOpen(String setId);

    /** What is wrong with key slots of images that were opened although one worked: to be shown. */
    List<String> warnings();

    /** Wipes the password that was offered and all keys. No job may be running. */
    void forget();

    /**
     * The key slots of an image's set. No password is needed.
     *
     * @throws org.rescuekey.error.RefusedException if it is not encrypted
     */
    Listing list(String image) throws RescueException;

    /** One more password for all images of the set in the image's directory; needs one that was offered. */
    Change add(String image, Password added) throws RescueException;

    /**
     * Another password instead of one that is there.
     *
     * @param slot whose password to change; 0 for the one that was offered
     */
    Change change(String image, int slot, Password changed) throws RescueException;

    /**
     * Removes a password.
     *
     * @param slot whose password to remove; 0 for the one that was offered
     */
    Change remove(String image, int slot) throws RescueException;

    /**
     * The key slots of an image set.
     *
     * @param slots all eight of the image that was changed last
     * @param images the images of the set in the directory
     * @param behind those of them that do not have these slots everywhere, since a change was cut off or they came from elsewhere
     */
    record Listing(List<KeySlots.Info> slots, List<String> images, List<String> behind) {
        public Listing {
            slots = List.copyOf(slots);
            images = List.copyOf(images);
            behind = List.copyOf(behind);
        }
    }

    /**
     * What was done.
     *
     * @param slot the key slot that it was done to
     * @param images the images that have the new slots
     */
    record Change(int slot, List<String> images) {
        public Change {
            images = List.copyOf(images);
        }
    }
}
