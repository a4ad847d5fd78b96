package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import org.rescuekey.codec.ZstdCompressor;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Hash;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.Encoding;

/**
 * A block ready to be appended to an image, with the buffer that holds its record. Made once and reused: a
 * {@link BlockEncoder} fills it, an {@link ImageWriter} writes it, and then it may be filled again.
 *
 * <p>Thread rule: handed from thread to thread, used by one at a time.
 */
public final class EncodedBlock {
    /** Header, body and padding. */
    private final ByteBuffer record;

    private BlockEntry entry = new BlockEntry(0, 0, BlockKind.ZERO, Encoding.NONE, 0, 0, 0, 0, 0, Hash.NONE);
    private boolean isFilled;
    private boolean isKnown;

    public EncodedBlock(BlockSize blockSize) {
        record = ByteBuffer.allocateDirect(bufferBytes(blockSize));
    }

    /** The direct memory that one of these takes. */
    public static int bufferBytes(BlockSize blockSize) {
        return RecordHeader.BYTES + ZstdCompressor.bound(blockSize.bytes()) + BlockEntry.RECORD_ALIGNMENT;
    }

    public int stream() {
        return entry.stream();
    }

    public long block() {
        return entry.block();
    }

    public BlockKind kind() {
        return entry.kind();
    }

    public int plainBytes() {
        return entry.plainBytes();
    }

    /** What the body will take in the image. */
    public int storedBytes() {
        return entry.storedBytes();
    }

    public long usedMask() {
        return entry.usedMask();
    }

    public long unreadableMask() {
        return entry.unreadableMask();
    }

    /** The hash of the plain bytes; {@link Hash#NONE} unless it is DATA. */
    public Hash hash() {
        return entry.hash();
    }

    /** All of it, at offset 0 of a file that is not known yet. */
    BlockEntry entry() {
        if (!isFilled) {
            throw new IllegalStateException("no block was encoded into this");
        }
        return entry;
    }

    /** The whole record, for writing. */
    ByteBuffer record() {
        return record.duplicate().clear().limit(entry.recordBytes());
    }

    /** Whether the block is as it was in the parent: it has no record here, and {@link ImageWriter} refers to the old one. */
    public boolean isKnown() {
        return isKnown;
    }

    /** The place of the body, for the encoder. */
    ByteBuffer body() {
        isFilled = false;
        return record.duplicate().clear().position(RecordHeader.BYTES);
    }

    /** Takes a block that is in the parent already. */
    void fillKnown(BlockEntry known) {
        entry = known;
        isFilled = true;
        isKnown = true;
    }

    /** Takes the block whose body, if it has one, is in its place, not sealed yet. */
    void fill(BlockEntry filled, long imageTag, RecordSealer sealer) {
        ByteBuffer all = record.duplicate().clear();
        int bodyEnd = RecordHeader.BYTES + filled.storedBytes();
        ByteBuffer body = all.duplicate().position(RecordHeader.BYTES).limit(bodyEnd);
        RecordHeader header = sealer.seal(RecordHeader.of(filled, 1, 0), body);
        for (int at = bodyEnd; at < filled.recordBytes(); at++) {
            all.put(at, (byte) 0);
        }
        header.encode(all, imageTag);
        entry = filled;
        isFilled = true;
        isKnown = false;
    }
}
