package org.rescuekey.image;

import java.util.UUID;

/**
 * Names an image by what it is: a replaced or changed image has another root hash.
 *
 * @param imageId its image id
 * @param rootHash its root hash
 * @param name what its file was called when the link was made: for people, never to find it by; may be empty
 */
public record ImageLink(UUID imageId, Hash rootHash, String name) {
    /** No longer name is kept. */
    public static final int MAX_NAME_BYTES = 1024;

    /** Tells whether both name the same image, whatever its file is called. */
    public boolean isSame(ImageLink other) {
        return imageId.equals(other.imageId) && rootHash.equals(other.rootHash);
    }

    /** For messages: the file's name and the identity. */
    public String text() {
        return (name.isEmpty() ? "an image" : name) + " (image " + imageId + ")";
    }
}
