package org.rescuekey.plan;

import org.jspecify.annotations.Nullable;
import org.rescuekey.image.ImageDescription;

/**
 * What is known of an image without reading its blocks.
 *
 * @param path the image's file
 * @param imageId its UUID in text, empty if it could not be read
 * @param rootHash the hash over its index in hex, empty if it has none
 * @param state whether it can be restored
 * @param problem why it cannot, in a sentence; empty if it can
 * @param description what was captured, absent if it could not be read
 * @param storedBytes the size of the file
 * @param usedBytes the bytes that a restore writes
 * @param lineage where it stands among other images, absent if it could not be read
 */
public record ImageFacts(
        String path,
        String imageId,
        String rootHash,
        State state,
        String problem,
        @Nullable ImageDescription description,
        long storedBytes,
        long usedBytes,
        @Nullable ImageLineage lineage) {
    /** An image of which it is not known where it stands among others. */
    public ImageFacts(
            String path,
            String imageId,
            String rootHash,
            State state,
            String problem,
            @Nullable ImageDescription description,
            long storedBytes,
            long usedBytes) {
        this(path, imageId, rootHash, state, problem, description, storedBytes, usedBytes, null);
    }

    /** Whether an image can be restored. */
    public enum State {
        COMPLETE("complete"),
        COMPLETE_WITH_UNREADABLE("complete with unreadable sectors"),
        INCOMPLETE("incomplete"),
        DAMAGED("damaged"),
        /** It is whole, but an image that it builds on is missing, or is not what it was. */
        PARENT_MISSING("parent missing"),
        /** It is encrypted, and its password was not given. */
        LOCKED("encrypted");

        private final String label;

        State(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    public boolean isRestorable() {
        return state == State.COMPLETE || state == State.COMPLETE_WITH_UNREADABLE;
    }
}
