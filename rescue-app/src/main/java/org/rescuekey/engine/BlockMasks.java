package org.rescuekey.engine;

import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** The 64 units of an image block as bits: which of them a set of extents touches, and back. Pure. */
final class BlockMasks {
    /** Every block has so many units, whatever its size. */
    static final int UNITS = 64;

    private BlockMasks() {}

    /** The units of a block that hold at least one byte of the set; bit 0 is the block's first unit. */
    static long of(ExtentSet used, long blockStart, int blockBytes) {
        int unitBytes = blockBytes / UNITS;
        long mask = 0;
        Extent block = new Extent(blockStart, blockBytes);
        for (int i = used.indexOfFirstEndAbove(blockStart); i < used.size(); i++) {
            Extent extent = used.get(i);
            if (extent.start() >= block.end()) {
                break;
            }
            int first = (int) ((Math.max(extent.start(), blockStart) - blockStart) / unitBytes);
            int last = (int) ((Math.min(extent.end(), block.end()) - 1 - blockStart) / unitBytes);
            mask |= ones(first, last + 1);
        }
        return mask;
    }

    /** The bytes of a block's marked units, from the stream's start and cut at its end. */
    static ExtentSet extents(long mask, long blockStart, int blockBytes, long streamBytes) {
        int unitBytes = blockBytes / UNITS;
        ExtentSet.Builder extents = ExtentSet.builder();
        int unit = 0;
        while (unit < UNITS) {
            int skipped = Long.numberOfTrailingZeros(mask >>> unit);
            if (mask >>> unit == 0) {
                break;
            }
            unit += skipped;
            int run = Long.numberOfTrailingZeros(~(mask >>> unit));
            long start = blockStart + (long) unit * unitBytes;
            int length = Math.min(run, UNITS - unit);
            extents.add(Math.min(start, streamBytes), Math.min(start + (long) length * unitBytes, streamBytes));
            unit += length;
        }
        return extents.build();
    }

    /** Bits from first (inclusive) to end (exclusive). */
    private static long ones(int first, int end) {
        long below = end == UNITS ? -1L : (1L << end) - 1;
        return below & (-1L << first);
    }
}
