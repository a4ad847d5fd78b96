package org.rescuekey.image.index;

import org.jspecify.annotations.Nullable;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Hash;

/**
 * A block of a stream and where it is stored.
 *
 * @param stream the stream
 * @param block its number, counted from the stream's start
 * @param kind what is known of it
 * @param encoding how its record's body holds it; {@link Encoding#NONE} unless it is {@link BlockKind#DATA}
 * @param plainBytes its length; only the last block of a stream is shorter than the block size
 * @param storedBytes the length of its record's body
 * @param usedMask the units that were captured, see {@link BlockSize}
 * @param unreadableMask the units among them of which at least one sector could not be read
 * @param offsetBytes where its record begins in the image's file; several blocks without a body may share one record
 * @param hash the hash of its plain bytes, free units being zero; {@link Hash#NONE} unless it is DATA
 * @param image the image whose file holds the record; 0 is the one that lists the block
 */
public record BlockEntry(
        int stream,
        long block,
        BlockKind kind,
        Encoding encoding,
        int plainBytes,
        int storedBytes,
        long usedMask,
        long unreadableMask,
        long offsetBytes,
        Hash hash,
        int image) {
    /** A block in the image's own file. */
    public BlockEntry(
            int stream,
            long block,
            BlockKind kind,
            Encoding encoding,
            int plainBytes,
            int storedBytes,
            long usedMask,
            long unreadableMask,
            long offsetBytes,
            Hash hash) {
        this(stream, block, kind, encoding, plainBytes, storedBytes, usedMask, unreadableMask, offsetBytes, hash, 0);
    }

    /** The same block with its record in another place. */
    public BlockEntry at(int newImage, long newOffsetBytes) {
        return new BlockEntry(
                stream,
                block,
                kind,
                encoding,
                plainBytes,
                storedBytes,
                usedMask,
                unreadableMask,
                newOffsetBytes,
                hash,
                newImage);
    }

    /** Tells whether both have their record in the same place. */
    public boolean hasRecordOf(@Nullable BlockEntry other) {
        return other != null && image == other.image && offsetBytes == other.offsetBytes;
    }

    /** Tells whether both stand for the same content of the same block, wherever it is stored. */
    public boolean hasContentOf(BlockEntry other) {
        return stream == other.stream
                && block == other.block
                && kind == other.kind
                && plainBytes == other.plainBytes
                && usedMask == other.usedMask
                && unreadableMask == other.unreadableMask
                && hash.equals(other.hash);
    }

    /** The length of a record's header. */
    public static final int RECORD_HEADER_BYTES = 128;

    /** Records begin at multiples of this. */
    public static final int RECORD_ALIGNMENT = 16;

    /** The length of a record with a body of this length, padding included. */
    public static long recordBytes(long bodyBytes) {
        return RECORD_HEADER_BYTES + ((bodyBytes + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT);
    }

    /** The length of this block's record, padding included. */
    public int recordBytes() {
        return (int) recordBytes(storedBytes);
    }

    /** Where this block's record ends, and the next one may begin. */
    public long endBytes() {
        return offsetBytes + recordBytes();
    }

    /** Where the block's first byte lies in its stream. */
    public long streamOffsetBytes(BlockSize blockSize) {
        return blockSize.offsetBytes(block);
    }
}
