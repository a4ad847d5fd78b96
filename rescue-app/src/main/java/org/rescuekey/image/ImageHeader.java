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
        Optional<ImageLink> parent,
        BlockSize blockSize,
        HashAlgorithm hashAlgorithm,
        long hashSeed,
        Instant created) {

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

    /** The same header with another link to the parent. */
    public ImageHeader withParent(ImageLink link) {
        return new ImageHeader(imageId, setId, kind, Optional.of(link), blockSize, hashAlgorithm, hashSeed, created);
    }

    /** The header of an image of the same set that builds on another one. */
    public static ImageHeader child(UUID imageId, ImageKind kind, ImageLink parent, ImageHeader of, Instant created) {
        return new ImageHeader(
                imageId,
                of.setId(),
                kind,
                Optional.of(parent),
                of.blockSize(),
                of.hashAlgorithm(),
                of.hashSeed(),
                created);
    }
}
