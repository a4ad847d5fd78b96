package org.rescuekey.image.container;

import org.rescuekey.units.Extent;

/** Something in an image that is not as it was written. */
public sealed interface Damage {
    /** What is damaged and how it shows, as a sentence. */
    String what();

    /**
     * A part of the image's own structure, of which a whole copy was found: every block can still be restored.
     */
    record Structure(String what) implements Damage {}

    /**
     * Blocks that cannot be restored.
     *
     * @param stream the stream
     * @param firstBlock the first of them
     * @param lastBlock the last of them
     * @param onDisk where they lie on the disk
     */
    record Blocks(String what, int stream, long firstBlock, long lastBlock, Extent onDisk) implements Damage {}
}
