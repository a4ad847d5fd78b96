package org.rescuekey.image.container;

import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;

/** Counts what an image holds. Confined to one thread. */
final class TotalsCounter {
    private final BlockSize blockSize;
    private long dataBlocks;
    private long zeroBlocks;
    private long unreadableBlocks;
    private long capturedBytes;
    private long unreadableBytes;
    private long storedBytes;

    TotalsCounter(BlockSize blockSize) {
        this.blockSize = blockSize;
    }

    void add(BlockEntry entry) {
        switch (entry.kind()) {
            case DATA -> dataBlocks++;
            case ZERO -> zeroBlocks++;
            case UNREADABLE -> unreadableBlocks++;
        }
        capturedBytes += blockSize.bytesIn(entry.usedMask(), entry.plainBytes());
        unreadableBytes += blockSize.bytesIn(entry.unreadableMask(), entry.plainBytes());
        // The seals of blocks without a body are shared by runs, and count as part of the record header.
        storedBytes += entry.image() == 0 && entry.kind() == BlockKind.DATA ? entry.storedBytes() : 0;
    }

    Totals totals() {
        return new Totals(dataBlocks, zeroBlocks, unreadableBlocks, capturedBytes, unreadableBytes, storedBytes);
    }
}
