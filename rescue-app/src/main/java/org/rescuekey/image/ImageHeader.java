package org.rescuekey.image;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What an image's header says, apart from what later versions will put there (parts, encryption).
 *
 * @param imageId names this image
 * @param setId names the image set: chains of one disk in one place
 * @param kind full, differential or incremental
 * @param parent the image that this one builds on; empty for a full image
 * @param blockSize the size of its blocks
 * @param hashAlgorithm what its blocks are hashed with
 * @param hashSeed the seed of XXH3-128, random per image set so that nobody can prepare collisions
 * @param created when the capture began
 */
public record ImageHeader(
        UUID imageId,
        UUID setId,
        ImageKind kind,
        Optional<Parent> parent,
        BlockSize blockSize,
        HashAlgorithm hashAlgorithm,
        long hashSeed,
        Instant created) {

    /**
     * The image that another builds on: its name and its content.
     *
     * @param imageId the parent's image id
     * @param rootHash the parent's root hash: a replaced or changed parent has another
     */
    public record Parent(UUID imageId, Hash rootHash) {}

    public ImageHeader {
        if ((kind == ImageKind.FULL) != parent.isEmpty()) {
            throw new IllegalArgumentException("a full image has no parent, every other has one");
        }
    }

    /** The header of a full image. */
    public static ImageHeader full(
            UUID imageId, UUID setId, BlockSize blockSize, HashAlgorithm algorithm, long hashSeed, Instant created) {
        return new ImageHeader(
                imageId, setId, ImageKind.FULL, Optional.empty(), blockSize, algorithm, hashSeed, created);
    }
}
