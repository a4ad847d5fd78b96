package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.FormatVersionException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.index.Encoding;

/**
 * The records that begin and end the parts of an image. Every part but the first begins with a PART_BEGIN, every part but
 * the last ends with a PART_END; the last one ends with the image's footer.
 *
 * <pre>
 * PART_BEGIN = record-header[128] image-header[2048] length of the part before:u64 zero[8]
 * PART_END   = record-header[128], whose hash is SHA-256("Rescue Key part" 00, image id, number:u64, length:u64)
 * </pre>
 *
 * <p>The image header is that without its keys: a password that is removed must not live on here.
 *
 * <p>The record header's block number is the part's number, counted from 0.
 */
final class PartMark {
    /** The length of a PART_BEGIN. */
    static final int BEGIN_BYTES = RecordHeader.BYTES + HeaderCodec.BYTES + 16;

    /** The length of a PART_END. */
    static final int END_BYTES = RecordHeader.BYTES;

    private static final byte[] END_DOMAIN = {
        'R', 'e', 's', 'c', 'u', 'e', ' ', 'K', 'e', 'y', ' ', 'p', 'a', 'r', 't', 0
    };

    private PartMark() {}

    /**
     * What the beginning of a part says.
     *
     * @param header the header of the image that it belongs to
     * @param part its number, from 1
     * @param previousBytes the length of the part before
     */
    record Begin(ImageHeader header, long part, long previousBytes) {}

    static ByteBuffer begin(ImageHeader image, int part, long previousBytes) {
        ByteBuffer body = ByteBuffer.allocate(BEGIN_BYTES - RecordHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        body.put(HeaderCodec.encode(image.withoutEncryption()))
                .putLong(previousBytes)
                .clear();
        int length = body.capacity();
        RecordHeader header = RecordHeader.meta(
                RecordKind.PART_BEGIN,
                Encoding.STORED.code(),
                0,
                0,
                part,
                length,
                length,
                Sha256.of(body.array()),
                RecordHeader.crc(body.duplicate()));
        ByteBuffer record = ByteBuffer.allocate(BEGIN_BYTES);
        header.encode(record, HeaderCodec.tag(image));
        return record.put(body).flip();
    }

    /** @param partBytes the part's length with this mark */
    static ByteBuffer end(ImageHeader image, int part, long partBytes) {
        ByteBuffer record = ByteBuffer.allocate(END_BYTES);
        endHeader(image, part, partBytes).encode(record, HeaderCodec.tag(image));
        return record.flip();
    }

    private static RecordHeader endHeader(ImageHeader image, long part, long partBytes) {
        byte[] bound = ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(image.imageId().getMostSignificantBits())
                .putLong(image.imageId().getLeastSignificantBits())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(part)
                .putLong(partBytes)
                .array();
        return RecordHeader.meta(
                RecordKind.PART_END, Encoding.NONE.code(), 0, 0, part, 0, 0, Sha256.of(END_DOMAIN, bound), 0);
    }

    /** The beginning of a part's file; empty if none stands there whole. */
    static Optional<Begin> readBegin(ImageInput file) throws RescueException {
        if (file.sizeBytes() < BEGIN_BYTES) {
            return Optional.empty();
        }
        byte[] bytes = OpenedImage.readBytes(file, 0, BEGIN_BYTES);
        RecordHeader header = headerOf(file, 0, bytes);
        if (header == null) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOfRange(bytes, RecordHeader.BYTES, BEGIN_BYTES);
        boolean isWhole = header.kindCode() == RecordKind.PART_BEGIN.code()
                && header.storedBytes() == body.length
                && header.bodyCrc() == RecordHeader.crc(ByteBuffer.wrap(body))
                && header.hash().equals(Sha256.of(body));
        if (!isWhole) {
            return Optional.empty();
        }
        byte[] imageHeader = Arrays.copyOf(body, HeaderCodec.BYTES);
        long previous = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getLong(HeaderCodec.BYTES);
        try {
            return Optional.of(new Begin(
                    HeaderCodec.decode(file.name(), RecordHeader.BYTES, imageHeader), header.block(), previous));
        } catch (MalformedDataException | FormatVersionException _) {
            return Optional.empty();
        }
    }

    /** Whether a part's file ends as this part, and thus with nothing missing. */
    static boolean hasEnd(ImageInput file, ImageHeader image, int part) throws RescueException {
        long offset = file.sizeBytes() - END_BYTES;
        if (offset < 0) {
            return false;
        }
        RecordHeader header = headerOf(file, offset, OpenedImage.readBytes(file, offset, END_BYTES));
        return header != null && header.equals(endHeader(image, part, file.sizeBytes()));
    }

    /** A record header with whatever tag: what it belongs to is looked at afterwards. */
    private static @Nullable RecordHeader headerOf(ImageInput file, long offset, byte[] bytes) {
        long tag = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
        try {
            return RecordHeader.decode(file.name(), offset, ByteBuffer.wrap(bytes), tag);
        } catch (MalformedDataException _) {
            return null;
        }
    }

    /** The distance from one part's beginning to that of the next, in the offsets of the image. */
    static long strideBytes(ImageHeader image) {
        return image.partLimitBytes() & -HeaderCodec.PLACE_BYTES;
    }
}
