package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.rescuekey.codec.ZstdCompressor;
import org.rescuekey.codec.ZstdDecompressor;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.index.Encoding;

/** A record about no block, read and checked whole: the description or a part of the index. Immutable. */
final class MetaRecord {
    /** Little is gained by more: the index is columns of like numbers and hashes that do not compress. */
    private static final int ZSTD_LEVEL = 3;

    private final RecordHeader header;
    private final long offsetBytes;
    private final byte[] plain;

    private MetaRecord(RecordHeader header, long offsetBytes, byte[] plain) {
        this.header = header;
        this.offsetBytes = offsetBytes;
        this.plain = plain;
    }

    RecordHeader header() {
        return header;
    }

    /** Where it begins in the file. */
    long offsetBytes() {
        return offsetBytes;
    }

    /** Its plain body, whose SHA-256 is the header's hash; not to be changed. */
    byte[] plain() {
        return plain;
    }

    /**
     * A record that is ready to be written.
     *
     * @param header its header
     * @param record all its bytes, padding included
     */
    record Encoded(RecordHeader header, ByteBuffer record) {}

    /** The whole record for a plain body. */
    static Encoded encode(RecordKind kind, int state, int stream, long block, byte[] plain, long imageTag) {
        byte[] body;
        try (ZstdCompressor compressor = new ZstdCompressor(ZSTD_LEVEL)) {
            body = compressor.compress(plain);
        }
        CRC32C crc = new CRC32C();
        crc.update(body);
        RecordHeader header = RecordHeader.meta(
                kind, Encoding.ZSTD.code(), state, stream, block, plain.length, body.length, Sha256.of(plain), (int)
                        crc.getValue());
        ByteBuffer record = ByteBuffer.allocate(Math.toIntExact(header.recordBytes()));
        header.encode(record, imageTag);
        record.put(body);
        return new Encoded(header, record.clear());
    }

    /**
     * Reads the record at an offset.
     *
     * @param endBytes the record must end at or before this offset of the file
     * @param maxBytes neither its plain nor its stored body is longer
     */
    static MetaRecord read(ImageInput input, long offsetBytes, long endBytes, RecordKind kind, int maxBytes, long tag)
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
        // Body and padding; the padding is checked so that no byte of the record can change unseen.
        byte[] rest = new byte[Math.toIntExact(header.recordBytes()) - RecordHeader.BYTES];
        input.read(offsetBytes + RecordHeader.BYTES, ByteBuffer.wrap(rest));
        byte[] body = Arrays.copyOf(rest, header.storedBytes());
        boolean isPaddingZero = Arrays.equals(rest, Arrays.copyOf(body, rest.length));
        if (!isPaddingZero || RecordHeader.crc(ByteBuffer.wrap(body)) != header.bodyCrc()) {
            throw new IntegrityException(
                    "The " + kind + " record of " + what + " at offset " + offsetBytes + " is damaged");
        }
        byte[] plain;
        try (ZstdDecompressor decompressor = new ZstdDecompressor()) {
            plain = decompressor.decompress(body, header.plainBytes(), kind + " record of " + what, offsetBytes);
        }
        Hash actual = Sha256.of(plain);
        if (!actual.equals(header.hash())) {
            throw new IntegrityException("The " + kind + " record of " + what + " at offset " + offsetBytes
                    + " has another hash than its header says");
        }
        return new MetaRecord(header, offsetBytes, plain);
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
