package org.rescuekey.image;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.rescuekey.crypto.RecordCipher;

/**
 * What an image's header says.
 *
 * @param imageId names this image
 * @param setId names the image set: chains of one disk in one place
 * @param kind full, differential or incremental
 * @param parent the image that this one builds on; empty for a full image
 * @param blockSize the size of its blocks
 * @param hashAlgorithm what its blocks are hashed with
 * @param hashSeed the seed of XXH3-128, random per image set so that nobody can prepare collisions
 * @param created when the capture began
 * @param encryption its keys; empty if it is not encrypted
 */
public record ImageHeader(
        UUID imageId,
        UUID setId,
        ImageKind kind,
        Optional<ImageLink> parent,
        BlockSize blockSize,
        HashAlgorithm hashAlgorithm,
        long hashSeed,
        Instant created,
        Optional<Encryption> encryption) {

    public ImageHeader {
        if (encryption.isPresent() && hashSeed != 0) {
            throw new IllegalArgumentException("the seed of an encrypted image comes from its key");
        }
        if ((kind == ImageKind.FULL) != parent.isEmpty()) {
            throw new IllegalArgumentException("a full image has no parent, every other has one");
        }
    }

    /** The header of a full image. */
    public static ImageHeader full(
            UUID imageId, UUID setId, BlockSize blockSize, HashAlgorithm algorithm, long hashSeed, Instant created) {
        return new ImageHeader(
                imageId,
                setId,
                ImageKind.FULL,
                Optional.empty(),
                blockSize,
                algorithm,
                hashSeed,
                created,
                Optional.empty());
    }

    /** The same header with another link to the parent. */
    public ImageHeader withParent(ImageLink link) {
        return new ImageHeader(
                imageId, setId, kind, Optional.of(link), blockSize, hashAlgorithm, hashSeed, created, encryption);
    }

    /** The same header for an image that is encrypted; its hashes are keyed, so the header tells no seed. */
    public ImageHeader withEncryption(Encryption newEncryption) {
        return new ImageHeader(
                imageId, setId, kind, parent, blockSize, hashAlgorithm, 0, created, Optional.of(newEncryption));
    }

    /** Whether it is the header of the same image as another, with key slots that were changed later. */
    public boolean hasNewerSlots(ImageHeader other) {
        return encryption.isPresent()
                && other.encryption.isPresent()
                && imageId.equals(other.imageId)
                && encryption.get().slots().generation()
                        > other.encryption.get().slots().generation();
    }

    public boolean isEncrypted() {
        return encryption.isPresent();
    }

    /** What sealing adds to the body of each record of a block. */
    public int sealBytes() {
        return isEncrypted() ? RecordCipher.TAG_BYTES : 0;
    }

    /** The header of an image of the same set that builds on another one; if that is encrypted, {@link #withEncryption} follows. */
    public static ImageHeader child(UUID imageId, ImageKind kind, ImageLink parent, ImageHeader of, Instant created) {
        return new ImageHeader(
                imageId,
                of.setId(),
                kind,
                Optional.of(parent),
                of.blockSize(),
                of.hashAlgorithm(),
                of.hashSeed(),
                created,
                Optional.empty());
    }
}
