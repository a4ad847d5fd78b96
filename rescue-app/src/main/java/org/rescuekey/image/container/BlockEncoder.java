package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.codec.ZstdCompressor;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.Encoding;

/**
 * Turns plain blocks into records: looks for zeros, hashes, compresses, seals. A worker has one of these and a pool of
 * {@link EncodedBlock}.
 *
 * <p>Thread rule: confined to one thread.
 */
public final class BlockEncoder implements AutoCloseable {
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(BlockSize.MIN_BYTES).asReadOnlyBuffer();

    private final BlockSize blockSize;
    private final long imageTag;
    private final BlockHasher hasher;
    private final ZstdCompressor compressor;
    private final RecordSealer sealer;

    /** An encoder for an image that is not encrypted. */
    public BlockEncoder(ImageHeader header, int zstdLevel) {
        this(header, zstdLevel, ImageSeal.NONE);
    }

    /** @param seal that of the image's writer */
    public BlockEncoder(ImageHeader header, int zstdLevel, ImageSeal seal) {
        seal.check(header);
        sealer = seal.forRecords();
        blockSize = header.blockSize();
        imageTag = HeaderCodec.tag(header);
        hasher = BlockHasher.of(header, seal.keys());
        compressor = new ZstdCompressor(zstdLevel);
    }

    /** Changes the compression level for the blocks to come. */
    public void setLevel(int zstdLevel) {
        compressor.setLevel(zstdLevel);
    }

    /** Encodes a block into a new {@link EncodedBlock}. */
    public EncodedBlock encode(int stream, long block, ByteBuffer plain, long usedMask, long unreadableMask) {
        return encode(stream, block, plain, usedMask, unreadableMask, new EncodedBlock(blockSize));
    }

    /** Encodes a block that nothing is known of. */
    public EncodedBlock encode(
            int stream, long block, ByteBuffer plain, long usedMask, long unreadableMask, EncodedBlock target) {
        return encode(stream, block, plain, usedMask, unreadableMask, null, target);
    }

    /**
     * Encodes a block, unless it is as it was in the parent: then it is only hashed, and the target says so.
     *
     * @param plain a direct buffer whose remaining bytes are the block; left as it was. Units that are not used, and sectors
     *     that could not be read, are zero: the caller has seen to it
     * @param usedMask the units that are used, see {@link BlockSize}; never 0: such a block is not captured
     * @param unreadableMask the units among them of which at least one sector could not be read
     * @param known the block as the parent has it, or null
     * @param target takes the block
     * @return the target
     */
    public EncodedBlock encode(
            int stream,
            long block,
            ByteBuffer plain,
            long usedMask,
            long unreadableMask,
            @Nullable BlockEntry known,
            EncodedBlock target) {
        int length = plain.remaining();
        if (stream < 0 || block < 0 || length == 0 || length > blockSize.bytes()) {
            throw new IllegalArgumentException("block " + block + " of stream " + stream + ", " + length + " bytes");
        }
        boolean isMaskInside = (usedMask & ~blockSize.fullMask(length)) == 0;
        if (usedMask == 0 || !isMaskInside || (unreadableMask & ~usedMask) != 0) {
            throw new IllegalArgumentException("masks that do not fit " + length + " bytes: used "
                    + Long.toHexString(usedMask) + ", unreadable " + Long.toHexString(unreadableMask));
        }
        checkFreeIsZero(plain, usedMask);
        ByteBuffer body = target.body();
        boolean isZero = isZero(plain);
        Hash hash = isZero ? Hash.NONE : hasher.hash(block, plain);
        BlockEntry entry = isZero
                ? bodyless(stream, block, length, usedMask, unreadableMask)
                : new BlockEntry(
                        stream,
                        block,
                        BlockKind.DATA,
                        Encoding.STORED,
                        length,
                        length + sealer.sealBytes(),
                        usedMask,
                        unreadableMask,
                        0,
                        hash);
        if (known != null && known.hasContentOf(entry)) {
            target.fillKnown(known);
        } else {
            target.fill(isZero ? entry : data(entry, plain, body), imageTag, sealer);
        }
        return target;
    }

    private BlockEntry bodyless(int stream, long block, int length, long usedMask, long unreadableMask) {
        BlockKind kind = unreadableMask == usedMask ? BlockKind.UNREADABLE : BlockKind.ZERO;
        int stored = sealer.sealBytes();
        return new BlockEntry(
                stream, block, kind, Encoding.NONE, length, stored, usedMask, unreadableMask, 0, Hash.NONE);
    }

    private BlockEntry data(BlockEntry entry, ByteBuffer plain, ByteBuffer body) {
        int start = body.position();
        int stored = compressor.compress(plain, body);
        if (stored >= entry.plainBytes()) {
            body.position(start).put(plain.duplicate());
            return entry;
        }
        return new BlockEntry(
                entry.stream(),
                entry.block(),
                BlockKind.DATA,
                Encoding.ZSTD,
                entry.plainBytes(),
                stored + sealer.sealBytes(),
                entry.usedMask(),
                entry.unreadableMask(),
                0,
                entry.hash());
    }

    /** What was free on the disk must never get into an image; a caller that forgot to clear it is stopped. */
    private void checkFreeIsZero(ByteBuffer plain, long usedMask) {
        int unit = blockSize.unitBytes();
        long free = blockSize.fullMask(plain.remaining()) & ~usedMask;
        while (free != 0) {
            int start = Long.numberOfTrailingZeros(free) * unit;
            int length = Math.min(unit, plain.remaining() - start);
            if (!isZero(plain.slice(plain.position() + start, length))) {
                throw new IllegalArgumentException("bytes that are not used are not zero in unit " + start / unit);
            }
            free &= free - 1;
        }
    }

    private static boolean isZero(ByteBuffer plain) {
        for (int at = plain.position(); at < plain.limit(); at += BlockSize.MIN_BYTES) {
            int length = Math.min(BlockSize.MIN_BYTES, plain.limit() - at);
            if (plain.slice(at, length).mismatch(ZEROS.slice(0, length)) >= 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        compressor.close();
    }
}
