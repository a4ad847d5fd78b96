package org.rescuekey.image.container;

import java.util.Optional;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.Encoding;
import org.rescuekey.image.index.IndexPage;

/**
 * The blocks that a record found without an index stands for.
 *
 * @param first the first block
 * @param run how many blocks there are
 */
record BlockRecord(BlockEntry first, int run) {

    /** Makes the blocks of a record, if it is one of blocks and all its fields fit the image. */
    static Optional<BlockRecord> of(ImageHeader image, StreamBounds bounds, RecordHeader record, long offsetBytes) {
        Optional<BlockKind> kind = blockKind(record.kindCode());
        Optional<Encoding> encoding = encoding(record.encodingCode());
        if (kind.isEmpty() || encoding.isEmpty() || record.state() != 0) {
            return Optional.empty();
        }
        BlockEntry first = new BlockEntry(
                record.stream(),
                record.block(),
                kind.get(),
                encoding.get(),
                record.plainBytes(),
                record.storedBytes(),
                record.usedMask(),
                record.unreadableMask(),
                offsetBytes,
                record.hash());
        boolean fits = bounds.contains(first.stream(), first.block(), first.plainBytes())
                && isMaskGood(first, image.blockSize())
                && isBodyGood(first, image.hashAlgorithm())
                && isRunGood(first, record.run(), bounds);
        return fits ? Optional.of(new BlockRecord(first, record.run())) : Optional.empty();
    }

    private static boolean isMaskGood(BlockEntry entry, BlockSize blockSize) {
        long used = entry.usedMask();
        long unreadable = entry.unreadableMask();
        return used != 0
                && (used & ~blockSize.fullMask(entry.plainBytes())) == 0
                && (unreadable & ~used) == 0
                && (entry.kind() != BlockKind.UNREADABLE || unreadable == used);
    }

    private static boolean isBodyGood(BlockEntry entry, HashAlgorithm algorithm) {
        boolean isShortHash = algorithm.lengthBytes() == 16;
        boolean isHashGood =
                !isShortHash || (entry.hash().word2() == 0 && entry.hash().word3() == 0);
        return switch (entry.encoding()) {
            case NONE ->
                entry.kind() != BlockKind.DATA
                        && entry.storedBytes() == 0
                        && entry.hash().isNone();
            case STORED -> entry.kind() == BlockKind.DATA && entry.storedBytes() == entry.plainBytes() && isHashGood;
            case ZSTD ->
                entry.kind() == BlockKind.DATA
                        && entry.storedBytes() > 0
                        && entry.storedBytes() < entry.plainBytes()
                        && isHashGood;
        };
    }

    private static boolean isRunGood(BlockEntry first, int run, StreamBounds bounds) {
        if (run == 1) {
            return true;
        }
        long last = first.block() + run - 1;
        return run > 1
                && first.kind() != BlockKind.DATA
                && IndexPage.numberOf(last) == IndexPage.numberOf(first.block())
                && bounds.contains(first.stream(), last, first.plainBytes());
    }

    private static Optional<BlockKind> blockKind(int code) {
        for (BlockKind kind : BlockKind.values()) {
            if (kind.code() == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    private static Optional<Encoding> encoding(int code) {
        for (Encoding encoding : Encoding.values()) {
            if (encoding.code() == code) {
                return Optional.of(encoding);
            }
        }
        return Optional.empty();
    }
}
