package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.index.BlockEntry;

/**
 * Walks the records of a file from the header on without an index. A record counts if its header's checksum and tag, its
 * body's checksum and its padding are right; behind damage the next magic on a 16-byte boundary is looked for, so that
 * no more than the damaged record is lost.
 *
 * <p>Behind a part's end it goes on with the next part. Memory is one window, whatever the file's size. Thread rule: confined to one thread.
 */
final class RecordScanner {
    private static final int WINDOW_BYTES = 1 << 20;

    private final ImageInput input;
    private final long tag;
    private final long stride;
    private final long endBytes;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long windowOffset;
    private long position = HeaderCodec.PLACE_BYTES;
    private long damagedBytes;

    /** @param endBytes where to stop */
    RecordScanner(ImageInput input, ImageHeader image, long endBytes) {
        this.input = input;
        tag = HeaderCodec.tag(image);
        stride = PartMark.strideBytes(image);
        this.endBytes = endBytes;
        window.limit(0);
    }

    /** A whole record and where it begins. */
    record Found(RecordHeader header, long offsetBytes) {}

    /** The next whole record, or null behind the last. */
    @Nullable
    Found next() throws RescueException {
        while (position <= endBytes - RecordHeader.BYTES) {
            Found found = recordAt(position);
            if (found != null) {
                position = behind(found);
                return found;
            }
            damagedBytes += BlockEntry.RECORD_ALIGNMENT;
            position += BlockEntry.RECORD_ALIGNMENT;
        }
        damagedBytes += Math.max(0, endBytes - position);
        position = endBytes;
        return null;
    }

    private long behind(Found found) {
        long end = found.offsetBytes() + found.header().recordBytes();
        boolean isPartEnd = stride > 0 && found.header().kindCode() == RecordKind.PART_END.code();
        return isPartEnd ? Math.min(endBytes, (found.offsetBytes() / stride + 1) * stride) : end;
    }

    /** How many bytes so far belong to no whole record. */
    long damagedBytes() {
        return damagedBytes;
    }

    private @Nullable Found recordAt(long offset) throws RescueException {
        ByteBuffer bytes = bytesAt(offset, RecordHeader.BYTES);
        if (bytes.getLong(bytes.position()) != RecordHeader.MAGIC) {
            return null;
        }
        RecordHeader header;
        try {
            header = RecordHeader.decode(input.name(), offset, bytes, tag);
        } catch (MalformedDataException _) {
            return null;
        }
        boolean fits = header.recordBytes() <= endBytes - offset;
        return fits && isBodyWhole(header, offset + RecordHeader.BYTES) ? new Found(header, offset) : null;
    }

    private boolean isBodyWhole(RecordHeader header, long offset) throws RescueException {
        CRC32C crc = new CRC32C();
        long at = offset;
        long end = offset + header.storedBytes();
        while (at < end) {
            int length = (int) Math.min(WINDOW_BYTES / 4, end - at);
            crc.update(bytesAt(at, length));
            at += length;
        }
        if ((int) crc.getValue() != header.bodyCrc()) {
            return false;
        }
        int padding = (int) (header.recordBytes() - RecordHeader.BYTES - header.storedBytes());
        ByteBuffer zeros = bytesAt(end, padding);
        while (zeros.hasRemaining()) {
            if (zeros.get() != 0) {
                return false;
            }
        }
        return true;
    }

    /** So many bytes of the file, from the window. */
    private ByteBuffer bytesAt(long offset, int length) throws RescueException {
        if (offset < windowOffset || offset + length > windowOffset + window.limit()) {
            int count = (int) Math.min(WINDOW_BYTES, endBytes - offset);
            window.clear().limit(count);
            windowOffset = offset;
            input.read(offset, window.duplicate());
        }
        int at = (int) (offset - windowOffset);
        return window.duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(at + length)
                .position(at);
    }
}
