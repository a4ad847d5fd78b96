package org.rescuekey.filesystem.btrfs;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The four checksums that Btrfs protects its metadata with. Each fills the first bytes of a field of 32, the rest is zero. */
enum BtrfsChecksum {
    CRC32C(0) {
        @Override
        byte[] of(byte[] bytes, int start, int length) {
            CRC32C crc = new CRC32C();
            crc.update(bytes, start, length);
            return ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) crc.getValue())
                    .array();
        }
    },
    XXHASH64(1) {
        @Override
        byte[] of(byte[] bytes, int start, int length) {
            return ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(Hashing.xxh64().hashBytesToLong(bytes, start, length))
                    .array();
        }
    },
    SHA256(2) {
        @Override
        byte[] of(byte[] bytes, int start, int length) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(bytes, start, length);
                return digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java runtime has SHA-256", e);
            }
        }
    },
    BLAKE2B(3) {
        @Override
        byte[] of(byte[] bytes, int start, int length) {
            return Blake2b.of(bytes, start, length);
        }
    };

    /** The field at the start of a structure; what follows it is covered. */
    static final int FIELD_BYTES = 32;

    private final int type;

    BtrfsChecksum(int type) {
        this.type = type;
    }

    /** The checksum that a superblock names by its number; none if there is no such. */
    static Optional<BtrfsChecksum> of(int type) {
        return Arrays.stream(values()).filter(each -> each.type == type).findFirst();
    }

    abstract byte[] of(byte[] bytes, int start, int length);

    /** Tells whether a structure bears the checksum of its own bytes. */
    boolean fits(ByteBuffer structure) {
        byte[] bytes = new byte[structure.limit()];
        structure.get(0, bytes);
        byte[] sum = of(bytes, FIELD_BYTES, bytes.length - FIELD_BYTES);
        return Arrays.equals(sum, 0, sum.length, bytes, 0, sum.length);
    }
}
