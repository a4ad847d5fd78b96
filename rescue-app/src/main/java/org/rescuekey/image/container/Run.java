package org.rescuekey.image.container;

import org.rescuekey.image.BlockSize;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.IndexPage;

/**
 * Consecutive whole blocks of one page that have no body and are alike, kept to be written as one record.
 *
 * @param first the first of them
 * @param length how many
 */
record Run(BlockEntry first, int length) {
    static boolean canBegin(BlockEntry entry, BlockSize blockSize) {
        return entry.kind() != BlockKind.DATA
                && entry.plainBytes() == blockSize.bytes()
                && entry.usedMask() == blockSize.fullMask(blockSize.bytes());
    }

    /** The number behind the last block. */
    long endBlock() {
        return first.block() + length;
    }

    boolean takes(BlockEntry entry) {
        return entry.stream() == first.stream()
                && entry.block() == endBlock()
                && IndexPage.numberOf(entry.block()) == IndexPage.numberOf(first.block())
                && entry.kind() == first.kind()
                && entry.plainBytes() == first.plainBytes()
                && entry.usedMask() == first.usedMask()
                && entry.unreadableMask() == first.unreadableMask();
    }

    Run longer() {
        return new Run(first, length + 1);
    }

    /** The block at an index of a run whose record begins at an offset. */
    static BlockEntry member(BlockEntry first, int index, long offsetBytes) {
        return new BlockEntry(
                first.stream(),
                first.block() + index,
                first.kind(),
                first.encoding(),
                first.plainBytes(),
                first.storedBytes(),
                first.usedMask(),
                first.unreadableMask(),
                offsetBytes,
                first.hash(),
                0);
    }
}
