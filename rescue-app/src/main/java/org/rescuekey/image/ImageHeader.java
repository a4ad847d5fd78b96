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
 * @param partLimitBytes no file of the image is longer; 0 if the image is one file
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
        Optional<Encryption> encryption,
        long partLimitBytes) {
    /** No smaller parts are made: a record, such as the description, must fit into one. */
    public static final long MIN_PART_BYTES = 1 << 20;

    public ImageHeader {
        if (encryption.isPresent() && hashSeed != 0) {
            throw new IllegalArgumentException("the seed of an encrypted image comes from its key");
        }
        if (partLimitBytes != 0 && !isPartLimit(partLimitBytes, blockSize)) {
            throw new IllegalArgumentException("parts of " + partLimitBytes + " bytes");
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
                Optional.empty(),
                0);
    }

    /** The same header with another link to the parent. */
    public ImageHeader withParent(ImageLink link) {
        return new ImageHeader(
                imageId,
                setId,
                kind,
                Optional.of(link),
                blockSize,
                hashAlgorithm,
                hashSeed,
                created,
                encryption,
                partLimitBytes);
    }

    /** The same header of an image that is divided into parts of at most so many bytes; 0 for one file. */
    public ImageHeader withPartLimit(long limitBytes) {
        return new ImageHeader(
                imageId, setId, kind, parent, blockSize, hashAlgorithm, hashSeed, created, encryption, limitBytes);
    }

    /** Whether parts may be so long: the largest block must fit into one, and some more. */
    public static boolean isPartLimit(long bytes, BlockSize blockSize) {
        return bytes >= MIN_PART_BYTES && bytes / 2 >= blockSize.bytes();
    }

    /** The same header for an image that is encrypted; its hashes are keyed, so the header tells no seed. */
    public ImageHeader withEncryption(Encryption newEncryption) {
        return new ImageHeader(
                imageId,
                setId,
                kind,
                parent,
                blockSize,
                hashAlgorithm,
                0,
                created,
                Optional.of(newEncryption),
                partLimitBytes);
    }

    /** The same header without keys: what names the image and how it is divided. */
    public ImageHeader withoutEncryption() {
        return new ImageHeader(
                imageId,
                setId,
                kind,
                parent,
                blockSize,
                hashAlgorithm,
                hashSeed,
                created,
                Optional.empty(),
                partLimitBytes);
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
                Optional.empty(),
                0);
    }
}
