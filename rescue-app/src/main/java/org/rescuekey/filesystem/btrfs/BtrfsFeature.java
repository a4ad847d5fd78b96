package org.rescuekey.filesystem.btrfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The feature bits of a superblock: which of them a used map may be made with, and the names of those it may not. */
final class BtrfsFeature {
    static final long INCOMPAT_METADATA_UUID = 1L << 10;
    static final long RO_COMPAT_FREE_SPACE_TREE = 1L;
    static final long RO_COMPAT_FREE_SPACE_TREE_VALID = 1L << 1;
    static final long RO_COMPAT_BLOCK_GROUP_TREE = 1L << 3;

    /**
     * Features that leave the meaning of chunks, extents and free space alone: mixed back references, default
     * subvolume, mixed block groups, LZO, Zstandard, large metadata blocks, extended references, RAID5 and 6, small
     * metadata items, no holes, a second file system identity, RAID1 with more copies, simple quotas.
     */
    private static final long INCOMPAT_UNDERSTOOD = 1L | 1L << 1 | 1L << 2 | 1L << 3 | 1L << 4 | 1L << 5 | 1L << 6
            | 1L << 7 | 1L << 8 | 1L << 9 | 1L << 10 | 1L << 11 | 1L << 16;

    /** The free space tree and its validity, fs-verity, the block group tree. */
    private static final long RO_COMPAT_UNDERSTOOD = 1L | 1L << 1 | 1L << 2 | 1L << 3;

    private static final Map<Integer, String> INCOMPAT_NAMES = Map.of(
            12, "zoned",
            13, "extent-tree-v2",
            14, "raid-stripe-tree",
            15, "encrypt",
            17, "remap-tree");

    private BtrfsFeature() {}

    /** The names of the features with which no map is made; those without a name by their number. */
    static List<String> notUnderstood(long compat, long roCompat, long incompat) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((incompat & ~INCOMPAT_UNDERSTOOD & 1L << bit) != 0) {
                names.add(INCOMPAT_NAMES.getOrDefault(bit, "incompat bit " + bit));
            }
            if ((roCompat & ~RO_COMPAT_UNDERSTOOD & 1L << bit) != 0) {
                names.add("compat_ro bit " + bit);
            }
            if ((compat & 1L << bit) != 0) {
                names.add("compat bit " + bit);
            }
        }
        return names;
    }
}
