package org.rescuekey.image.container;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.rescuekey.crypto.DataKey;
import org.rescuekey.image.Hash;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;

/** Hashes blocks as an image's header says. Thread rule: confined to one thread. */
public abstract sealed class BlockHasher {
    /** The hasher for an image that is open and not locked. */
    public static BlockHasher of(ImageReader image) {
        return of(image.header(), image.keys());
    }

    /**
     * The hasher for an image and for its whole set.
     *
     * @param keys those of the set, if it is encrypted
     */
    public static BlockHasher of(ImageHeader header, ImageKeys keys) {
        return header.isEncrypted()
                ? new Keyed(header.hashAlgorithm(), keys.dataKey())
                : of(header.hashAlgorithm(), header.hashSeed());
    }

    /** The hasher for blocks of no image. */
    public static BlockHasher of(HashAlgorithm algorithm, long seed) {
        return switch (algorithm) {
            case XXH3_128 -> new Xxh3(seed);
            case SHA_256 -> new Sha();
        };
    }

    /**
     * The hash of a block.
     *
     * @param block its number, which a keyed hash depends on
     * @param plain its remaining bytes are the block; left as it was
     */
    public abstract Hash hash(long block, ByteBuffer plain);

    /** Says nothing about the block to who has no key. */
    private static final class Keyed extends BlockHasher {
        private final BlockHasher plainHasher;
        private final org.rescuekey.crypto.BlockHasher keyed;
        private final int lengthBytes;

        Keyed(HashAlgorithm algorithm, DataKey key) {
            plainHasher = of(algorithm, key.hashSeed());
            keyed = key.blockHasher();
            lengthBytes = algorithm.lengthBytes();
        }

        @Override
        public Hash hash(long block, ByteBuffer plain) {
            byte[] plainHash = Arrays.copyOf(plainHasher.hash(block, plain).toBytes(), lengthBytes);
            byte[] hash = keyed.hash(RecordKind.DATA.code(), block, plainHash);
            return Hash.read(ByteBuffer.wrap(hash), lengthBytes);
        }
    }

    private static final class Xxh3 extends BlockHasher {
        private final Hasher128 hasher;
        /** Copying to the heap and hashing there takes half the time of hashing a direct buffer. */
        private byte[] scratch = new byte[0];

        Xxh3(long seed) {
            hasher = Hashing.xxh3_128(seed);
        }

        @Override
        public Hash hash(long block, ByteBuffer plain) {
            int length = plain.remaining();
            if (scratch.length < length) {
                scratch = new byte[length];
            }
            plain.get(plain.position(), scratch, 0, length);
            HashValue128 value = hasher.hashBytesTo128Bits(scratch, 0, length);
            return new Hash(value.getMostSignificantBits(), value.getLeastSignificantBits(), 0, 0);
        }
    }

    private static final class Sha extends BlockHasher {
        private final MessageDigest digest = Sha256.digest();

        @Override
        public Hash hash(long block, ByteBuffer plain) {
            digest.update(plain.duplicate());
            return Hash.of(digest.digest());
        }
    }
}
