package org.rescuekey.image.container;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.Encoding;
import org.rescuekey.image.index.IndexPage;

/**
 * The blocks that a record found without an index stands for. Where no bounds are given, because the description is
 * locked, whether the blocks lie in their stream is not checked here, but by who opens the image.
 *
 * @param first the first block
 * @param run how many blocks there are
 */
record BlockRecord(BlockEntry first, int run) {

    /** Makes the blocks of a record, if it is one of blocks and all its fields fit the image. */
    static Optional<BlockRecord> of(
            ImageHeader image, @Nullable StreamBounds bounds, RecordHeader record, long offsetBytes) {
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
        boolean fits = isPlaceGood(first, image.blockSize(), bounds)
                && isMaskGood(first, image.blockSize())
                && isBodyGood(first, image)
                && record.seal().fits(image.isEncrypted())
                && isRunGood(first, record.run(), image.blockSize(), bounds);
        return fits ? Optional.of(new BlockRecord(first, record.run())) : Optional.empty();
    }

    private static boolean isPlaceGood(BlockEntry entry, BlockSize blockSize, @Nullable StreamBounds bounds) {
        return bounds == null
                ? entry.plainBytes() > 0 && entry.plainBytes() <= blockSize.bytes()
                : bounds.contains(entry.stream(), entry.block(), entry.plainBytes());
    }

    private static boolean isMaskGood(BlockEntry entry, BlockSize blockSize) {
        long used = entry.usedMask();
        long unreadable = entry.unreadableMask();
        return used != 0
                && (used & ~blockSize.fullMask(entry.plainBytes())) == 0
                && (unreadable & ~used) == 0
                && (entry.kind() != BlockKind.UNREADABLE || unreadable == used);
    }

    private static boolean isBodyGood(BlockEntry entry, ImageHeader image) {
        boolean isShortHash = image.hashAlgorithm().lengthBytes() == 16;
        int body = entry.storedBytes() - image.sealBytes();
        boolean isHashGood =
                !isShortHash || (entry.hash().word2() == 0 && entry.hash().word3() == 0);
        return switch (entry.encoding()) {
            case NONE ->
                entry.kind() != BlockKind.DATA && body == 0 && entry.hash().isNone();
            case STORED -> entry.kind() == BlockKind.DATA && body == entry.plainBytes() && isHashGood;
            case ZSTD -> entry.kind() == BlockKind.DATA && body > 0 && body < entry.plainBytes() && isHashGood;
        };
    }

    private static boolean isRunGood(BlockEntry first, int run, BlockSize blockSize, @Nullable StreamBounds bounds) {
        if (run == 1) {
            return true;
        }
        long last = first.block() + run - 1;
        return run > 1
                && first.kind() != BlockKind.DATA
                && IndexPage.numberOf(last) == IndexPage.numberOf(first.block())
                && isPlaceGood(Run.member(first, run - 1, first.offsetBytes()), blockSize, bounds);
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
