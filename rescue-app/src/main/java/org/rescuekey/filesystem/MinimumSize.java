package org.rescuekey.filesystem;

import org.rescuekey.device.BlockDevice;

/**
 * Between which sizes a volume's file system can be brought, told from what it says of itself. The smallest is an estimate: whoever
 * makes it smaller knows better, and may need more. Why something cannot be done ends a sentence that the volume's name begins: "sda2"
 * "is XFS, which can be made larger but not smaller".
 *
 * @param bytes the smallest size: what is in use and what its structures need; where it cannot be made smaller, the size that it has
 * @param whyNotSmaller empty if it can be made smaller
 * @param whyNotLarger empty if it can be made larger
 */
public record MinimumSize(long bytes, String whyNotSmaller, String whyNotLarger) {
    private static final long UNIT_BYTES = 1 << 20;

    public MinimumSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size of " + bytes + " bytes");
        }
    }

    /** It keeps the size that it has, for one reason. */
    static MinimumSize fixed(BlockDevice volume, String why) {
        return new MinimumSize(volume.sizeBytes(), why, why);
    }

    /** It can be made larger only. */
    static MinimumSize growing(BlockDevice volume, String whyNotSmaller) {
        return new MinimumSize(volume.sizeBytes(), whyNotSmaller, "");
    }

    /** It can have any size from an estimate on, which is rounded up to whole mebibytes, but never above the size that it has. */
    static MinimumSize from(BlockDevice volume, long bytes) {
        long rounded = Math.addExact(bytes, UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
        return new MinimumSize(Math.min(volume.sizeBytes(), rounded), "", "");
    }

    public boolean isShrinkable() {
        return whyNotSmaller.isEmpty();
    }

    public boolean isGrowable() {
        return whyNotLarger.isEmpty();
    }
}
