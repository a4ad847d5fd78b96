package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rescuekey.codec.ZstdCompressor;
import org.rescuekey.codec.ZstdDecompressor;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.index.Encoding;

/** A record about no block, read and checked whole: the description or a part of the index. Immutable. */
final class MetaRecord {
    /** Little is gained by more: the index is columns of like numbers and hashes that do not compress. */
    private static final int ZSTD_LEVEL = 3;

    private final RecordHeader header;
    private final long offsetBytes;
    private final byte[] body;
    private final byte @Nullable [] plain;

    private MetaRecord(RecordHeader header, long offsetBytes, byte[] body, byte @Nullable [] plain) {
        this.header = header;
        this.offsetBytes = offsetBytes;
        this.body = body;
        this.plain = plain;
    }

    RecordHeader header() {
        return header;
    }

    /** Where it begins in the file. */
    long offsetBytes() {
        return offsetBytes;
    }

    /** Its plain body; not to be changed. */
    byte[] plain() {
        byte[] present = plain;
        if (present == null) {
            throw new IllegalStateException("the record is locked");
        }
        return present;
    }

    /** Whether it is sealed, and could not be opened for want of the key. */
    boolean isLocked() {
        return plain == null;
    }

    /** The same record for another place: as it is stored, so no key is needed. */
    Encoded copy(long imageTag) {
        ByteBuffer record = ByteBuffer.allocate(Math.toIntExact(header.recordBytes()));
        header.encode(record, imageTag);
        record.put(body);
        return new Encoded(header, record.clear());
    }

    /**
     * A record that is ready to be written.
     *
     * @param header its header
     * @param record all its bytes, padding included
     */
    record Encoded(RecordHeader header, ByteBuffer record) {}

    /** The whole record of a part of the index, which is never sealed. */
    static Encoded encode(RecordKind kind, int state, int stream, long block, byte[] plain, long imageTag) {
        RecordHeader header = RecordHeader.meta(
                kind, Encoding.ZSTD.code(), state, stream, block, plain.length, 0, Sha256.of(plain), 0);
        return encode(header, plain, imageTag, RecordSealer.NONE);
    }

    /** The whole record of a description, sealed if the image is encrypted. */
    static Encoded encodeDescription(byte[] plain, long imageTag, ImageSeal seal) {
        Hash hash = description(Sha256.of(plain), seal.isSealing(), seal.keys());
        RecordHeader header =
                RecordHeader.meta(RecordKind.DESCRIPTION, Encoding.ZSTD.code(), 0, 0, 0, plain.length, 0, hash, 0);
        return encode(header, plain, imageTag, seal.forMetadata());
    }

    /** The hash of a description: keyed if it is encrypted, since its content could be guessed. */
    private static Hash description(Hash plainHash, boolean isSealed, ImageKeys keys) {
        return isSealed
                ? Hash.of(keys.dataKey().blockHasher().hash(RecordKind.DESCRIPTION.code(), 0, plainHash.toBytes()))
                : plainHash;
    }

    private static Encoded encode(RecordHeader bare, byte[] plain, long imageTag, RecordSealer sealer) {
        byte[] body;
        try (ZstdCompressor compressor = new ZstdCompressor(ZSTD_LEVEL)) {
            body = compressor.compress(plain);
        }
        RecordHeader header = bare.withStoredBytes(body.length + sealer.sealBytes());
        ByteBuffer record = ByteBuffer.allocate(Math.toIntExact(header.recordBytes()));
        record.put(RecordHeader.BYTES, body);
        header = sealer.seal(header, record.slice(RecordHeader.BYTES, header.storedBytes()));
        header.encode(record, imageTag);
        return new Encoded(header, record.clear());
    }

    /**
     * Reads the record of a part of the index at an offset.
     *
     * @param endBytes the record must end at or before this offset of the file
     * @param maxBytes neither its plain nor its stored body is longer
     */
    static MetaRecord read(ImageInput input, long offsetBytes, long endBytes, RecordKind kind, int maxBytes, long tag)
            throws RescueException {
        MetaRecord stored = readStored(input, offsetBytes, endBytes, kind, maxBytes, tag, false);
        byte[] plain = stored.decompress(input.name(), kind, ByteBuffer.wrap(stored.body));
        return stored.withPlain(input.name(), kind, plain, Sha256.of(plain));
    }

    /** Reads a description. Where it is encrypted and the keys do not open it, it stays locked. */
    static MetaRecord readDescription(
            ImageInput input, long offsetBytes, long endBytes, ImageHeader image, ImageKeys keys)
            throws RescueException {
        RecordKind kind = RecordKind.DESCRIPTION;
        boolean isSealed = image.isEncrypted();
        MetaRecord stored = readStored(
                input, offsetBytes, endBytes, kind, DescriptionCodec.MAX_BYTES, HeaderCodec.tag(image), isSealed);
        if (!keys.opens(image)) {
            return stored;
        }
        ByteBuffer body = ByteBuffer.wrap(stored.body);
        if (isSealed) {
            String what = "The description of " + input.name();
            body = RecordOpener.ofMetadata(keys, image.setId()).open(what, stored.header, body);
        }
        byte[] plain = stored.decompress(input.name(), kind, body);
        return stored.withPlain(input.name(), kind, plain, description(Sha256.of(plain), isSealed, keys));
    }

    /** A record whose checksums are right, not opened yet. */
    private static MetaRecord readStored(
            ImageInput input,
            long offsetBytes,
            long endBytes,
            RecordKind kind,
            int maxBytes,
            long tag,
            boolean isSealed)
            throws RescueException {
        String what = input.name();
        if (offsetBytes < 0 || offsetBytes > endBytes - RecordHeader.BYTES) {
            throw new MalformedDataException(
                    "record of " + what, offsetBytes, "an offset before " + endBytes, "this one");
        }
        ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES);
        input.read(offsetBytes, bytes);
        RecordHeader header = RecordHeader.decode(what, offsetBytes, bytes.flip(), tag);
        checkLimits(what, header, offsetBytes, endBytes, kind, maxBytes);
        if (!header.seal().fits(isSealed)) {
            throw new MalformedDataException(
                    kind + " record of " + what, offsetBytes, isSealed ? "a seal" : "no seal", "the other");
        }
        // Body and padding; the padding is checked so that no byte of the record can change unseen.
        byte[] rest = new byte[Math.toIntExact(header.recordBytes()) - RecordHeader.BYTES];
        input.read(offsetBytes + RecordHeader.BYTES, ByteBuffer.wrap(rest));
        byte[] body = Arrays.copyOf(rest, header.storedBytes());
        boolean isPaddingZero = Arrays.equals(rest, Arrays.copyOf(body, rest.length));
        if (!isPaddingZero || RecordHeader.crc(ByteBuffer.wrap(body)) != header.bodyCrc()) {
            throw new IntegrityException(
                    "The " + kind + " record of " + what + " at offset " + offsetBytes + " is damaged");
        }
        return new MetaRecord(header, offsetBytes, body, null);
    }

    private byte[] decompress(String what, RecordKind kind, ByteBuffer opened) throws MalformedDataException {
        byte[] stored = new byte[opened.remaining()];
        opened.get(stored);
        try (ZstdDecompressor decompressor = new ZstdDecompressor()) {
            return decompressor.decompress(stored, header.plainBytes(), kind + " record of " + what, offsetBytes);
        }
    }

    private MetaRecord withPlain(String what, RecordKind kind, byte[] opened, Hash actual) throws IntegrityException {
        if (!actual.equals(header.hash())) {
            throw new IntegrityException("The " + kind + " record of " + what + " at offset " + offsetBytes
                    + " has another hash than its header says");
        }
        return new MetaRecord(header, offsetBytes, body, opened);
    }

    private static void checkLimits(
            String what, RecordHeader header, long offsetBytes, long endBytes, RecordKind kind, int maxBytes)
            throws MalformedDataException {
        if (header.kindCode() != kind.code() || header.encodingCode() != Encoding.ZSTD.code()) {
            throw new MalformedDataException(
                    "record of " + what, offsetBytes, kind + " in zstd", "kind " + header.kindCode());
        }
        if (header.plainBytes() > maxBytes || header.storedBytes() > maxBytes) {
            throw new MalformedDataException(
                    kind + " record of " + what,
                    offsetBytes,
                    "at most " + maxBytes + " bytes",
                    header.plainBytes() + " plain, " + header.storedBytes() + " stored");
        }
        if (header.recordBytes() > endBytes - offsetBytes) {
            throw new MalformedDataException(
                    kind + " record of " + what, offsetBytes, "its end before " + endBytes, "a longer record");
        }
    }
}
