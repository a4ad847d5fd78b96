package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.SessionId;
import org.rescuekey.error.FormatVersionException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Encryption;
import org.rescuekey.image.Hash;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageLink;

/**
 * The header: 2,048 bytes that stand twice at the beginning of an image and once more in its footer. Little-endian; what
 * is not listed is zero and is checked to be.
 *
 * <pre>
 *    0   8  magic 89 "RKIMG" 0D 0A
 *    8   2  major version, 1: another layout        10  2  minor version, 0: additions that may be ignored
 *   12   4  length of the header's place in the file, 4096
 *   16   8  incompatible features: an unknown bit means that the image must not be read
 *   24   8  compatible features: unknown bits do no harm
 *   32  16  image id                                48 16  set id
 *   64  16  parent's image id                       80 32  parent's root hash; both zero in a full image
 *  112   1  kind (1 full, 2 differential, 3 incremental)
 *  113   1  log2 of the block size (16 to 22)
 *  114   1  hash algorithm (1 XXH3-128, 2 SHA-256)
 *  115   1  cipher (0 none, 1 AES-256-GCM)
 *  116   4  zero
 *  120   8  part limit: no part of the image is longer; 0 = one file
 *  128   8  seed of XXH3-128; zero with a cipher, whose key gives it
 *  136   8  created, seconds since 1970             144 4  and nanoseconds
 *  148   4  zero
 *  152  16  session id; zero without a cipher
 *  168  72  zero
 *  240 1328 key slots ({@link KeySlots}); zero without a cipher
 * 1568 448  zero
 * 2016  32  SHA-256 of the 2,016 bytes before
 * </pre>
 *
 * <p>Magic, versions, feature masks and the place of the hash never change, so that every version can tell a newer image
 * from a damaged one. The key slots are all that ever changes in a finished image ({@link KeySlotsWriter}); the root hash leaves
 * them out.
 */
final class HeaderCodec {
    static final int BYTES = 2048;
    /** What the header takes at the beginning of the file: two copies. */
    static final int PLACE_BYTES = 2 * BYTES;

    static final long MAGIC = 0x0A0D_474D_494B_5289L;
    static final int MAJOR = 1;
    static final int MINOR = 0;

    /** Pages or blocks lie in a parent. */
    static final long FEATURE_PARENT = 1;
    /** The image is divided into parts. */
    static final long FEATURE_PARTS = 1 << 1;
    /** Bodies are encrypted. */
    static final long FEATURE_ENCRYPTED = 1 << 2;
    /** What this version reads. */
    static final long KNOWN_FEATURES = FEATURE_PARENT | FEATURE_PARTS | FEATURE_ENCRYPTED;

    private static final int HASH_AT = BYTES - Hash.BYTES;
    private static final int FEATURES_AT = 16;
    private static final int CIPHER_AT = 115;
    private static final int SESSION_AT = 152;
    private static final int SESSION_END = SESSION_AT + SessionId.BYTES;
    private static final int SLOTS_AT = 240;
    private static final int SLOTS_END = SLOTS_AT + KeySlots.BYTES;

    private HeaderCodec() {}

    static byte[] encode(ImageHeader header) {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putShort((short) MAJOR).putShort((short) MINOR).putInt(PLACE_BYTES);
        long features = header.parent().isPresent() ? FEATURE_PARENT : 0;
        features |= header.isEncrypted() ? FEATURE_ENCRYPTED : 0;
        features |= header.partLimitBytes() > 0 ? FEATURE_PARTS : 0;
        out.putLong(features).putLong(0);
        putId(out, header.imageId());
        putId(out, header.setId());
        putId(out, header.parent().map(ImageLink::imageId).orElse(new UUID(0, 0)));
        header.parent().map(ImageLink::rootHash).orElse(Hash.NONE).write(out, Hash.BYTES);
        out.put((byte) header.kind().code());
        out.put((byte) header.blockSize().log2());
        out.put((byte) header.hashAlgorithm().code());
        out.position(120);
        out.putLong(header.partLimitBytes());
        out.putLong(header.hashSeed());
        Instant created = header.created();
        out.putLong(created.getEpochSecond()).putInt(created.getNano());
        header.encryption().ifPresent(encryption -> {
            out.put(CIPHER_AT, (byte) 1);
            out.position(SESSION_AT).put(encryption.session().toBytes());
            out.position(SLOTS_AT).put(encryption.slots().encode());
        });
        return withHash(out.array());
    }

    private static byte[] withHash(byte[] bytes) {
        Hash hash = Sha256.of(Arrays.copyOf(bytes, HASH_AT));
        hash.write(ByteBuffer.wrap(bytes).position(HASH_AT), Hash.BYTES);
        return bytes;
    }

    /** The header with other key slots; all else, also what this version does not know, stays as it is. */
    static byte[] withSlots(byte[] header, KeySlots slots) {
        byte[] changed = header.clone();
        System.arraycopy(slots.encode(), 0, changed, SLOTS_AT, KeySlots.BYTES);
        return withHash(changed);
    }

    /** What the root hash takes of a header: all of it, but for what a change of passwords changes. */
    static Hash identity(byte[] header) {
        long features = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong(FEATURES_AT);
        if ((features & FEATURE_ENCRYPTED) == 0) {
            return Sha256.of(header);
        }
        byte[] rest = header.clone();
        Arrays.fill(rest, SLOTS_AT, SLOTS_END, (byte) 0);
        Arrays.fill(rest, HASH_AT, BYTES, (byte) 0);
        return Sha256.of(rest);
    }

    /** Tells whether these bytes begin as a header does. */
    static boolean hasMagic(ByteBuffer bytes) {
        return bytes.remaining() >= Long.BYTES
                && bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong() == MAGIC;
    }

    /** The image tag of its records: tells them from those of other images. */
    static long tag(ImageHeader header) {
        return header.imageId().getMostSignificantBits();
    }

    /**
     * Decodes a header.
     *
     * @param name the image, for errors
     * @param offsetBytes where it stands in the file
     * @throws MalformedDataException if it is damaged
     * @throws FormatVersionException if it is whole, but this version does not read it
     */
    static ImageHeader decode(String name, long offsetBytes, byte[] bytes) throws RescueException {
        Fields in = new Fields("header of " + name, offsetBytes, bytes);
        in.expect(0, MAGIC, in.u64(0), "the magic of an image");
        Hash expected = in.hash(HASH_AT);
        Hash actual = Sha256.of(Arrays.copyOf(bytes, HASH_AT));
        if (!expected.equals(actual)) {
            throw in.malformed(HASH_AT, "SHA-256 " + expected, actual.toString());
        }
        checkVersion(name, in);
        in.expect(12, PLACE_BYTES, in.u32(12), "a length");
        int log2 = in.u8(113);
        in.check(113, log2 >= 16 && log2 <= 22, "a block size of 2^16 to 2^22", "2^" + log2);
        in.zero(116, 120);
        Optional<Encryption> encryption = encryption(name, offsetBytes, in);
        long seconds = in.u64(136);
        long nanos = in.u32(144);
        in.check(144, nanos < 1_000_000_000, "nanoseconds", Long.toString(nanos));
        in.zero(148, SESSION_AT);
        Instant created;
        try {
            created = Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException _) {
            throw in.malformed(136, "a time", seconds + " s");
        }
        ImageKind kind = kind(in);
        boolean hasParent = (in.u64(16) & FEATURE_PARENT) != 0;
        in.check(112, hasParent == (kind != ImageKind.FULL), "a parent unless it is a full image", kind.toString());
        if (!hasParent) {
            in.zero(64, 112);
        }
        BlockSize blockSize = new BlockSize(1 << log2);
        return new ImageHeader(
                in.id(32),
                in.id(48),
                kind,
                hasParent ? Optional.of(new ImageLink(in.id(64), in.hash(80), "")) : Optional.empty(),
                blockSize,
                algorithm(in),
                in.u64(128),
                created,
                encryption,
                partLimit(in, blockSize));
    }

    private static Optional<Encryption> encryption(String name, long offsetBytes, Fields in) throws RescueException {
        boolean isEncrypted = (in.u64(FEATURES_AT) & FEATURE_ENCRYPTED) != 0;
        in.expect(CIPHER_AT, isEncrypted ? 1 : 0, in.u8(CIPHER_AT), "cipher");
        if (!isEncrypted) {
            in.zero(SESSION_AT, HASH_AT);
            return Optional.empty();
        }
        in.zero(128, 136);
        in.zero(SESSION_END, SLOTS_AT);
        in.zero(SLOTS_END, HASH_AT);
        SessionId session = in.session(SESSION_AT);
        in.check(SESSION_AT, !session.isNone(), "a session", "none");
        KeySlots slots = KeySlots.decode(name, offsetBytes + SLOTS_AT, in.bytes(SLOTS_AT, SLOTS_END));
        return Optional.of(new Encryption(session, slots));
    }

    private static void checkVersion(String name, Fields in) throws RescueException {
        int major = in.u16(8);
        int minor = in.u16(10);
        long unknown = in.u64(16) & ~KNOWN_FEATURES;
        if (major > MAJOR) {
            throw FormatVersionException.tooNew(name, major + "." + minor);
        }
        in.expect(8, MAJOR, major, "major version");
        if (unknown != 0) {
            throw FormatVersionException.tooNew(
                    name, major + "." + minor + " with features 0x" + Long.toHexString(unknown));
        }
    }

    private static long partLimit(Fields in, BlockSize blockSize) throws MalformedDataException {
        long limit = in.count(120, Long.MAX_VALUE);
        boolean hasParts = (in.u64(16) & FEATURE_PARTS) != 0;
        boolean isGood = hasParts ? ImageHeader.isPartLimit(limit, blockSize) : limit == 0;
        in.check(120, isGood, hasParts ? "a length of parts" : "one file", Long.toString(limit));
        return limit;
    }

    private static ImageKind kind(Fields in) throws MalformedDataException {
        return switch (in.u8(112)) {
            case 1 -> ImageKind.FULL;
            case 2 -> ImageKind.DIFFERENTIAL;
            case 3 -> ImageKind.INCREMENTAL;
            default -> throw in.malformed(112, "a kind of image", Integer.toString(in.u8(112)));
        };
    }

    private static HashAlgorithm algorithm(Fields in) throws MalformedDataException {
        return switch (in.u8(114)) {
            case 1 -> HashAlgorithm.XXH3_128;
            case 2 -> HashAlgorithm.SHA_256;
            default -> throw in.malformed(114, "a hash algorithm", Integer.toString(in.u8(114)));
        };
    }

    private static void putId(ByteBuffer out, UUID id) {
        out.order(ByteOrder.BIG_ENDIAN);
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.order(ByteOrder.LITTLE_ENDIAN);
    }
}
