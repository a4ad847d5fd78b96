package org.rescuekey.filesystem.xfs;

import java.util.ArrayList;
import java.util.List;

/** The feature bits of an XFS superblock that matter to a used map. */
final class XfsFeature {
    /** Version 4: the low four bits are the version, these of the others change what free space means or are unknown. */
    static final int VERSION_NUMBER = 0x000F;

    static final int VERSION_SHARED = 0x0200;
    static final int VERSION_LOG_2 = 0x0400;
    static final int VERSION_DIRECTORIES_2 = 0x2000;
    static final int VERSION_MORE_BITS = 0x8000;

    /** Version 4, second word: counters written lazily, attributes inline, wide project numbers, types in directories. */
    static final int FEATURES_2_UNDERSTOOD = 0x2 | 0x8 | 0x80 | 0x200;

    /** Version 5: free inode tree, reverse mapping, reflink, inode tree counters. None of them owns free space. */
    static final int RO_COMPAT_UNDERSTOOD = 0x1 | 0x2 | 0x4 | 0x8;

    static final int INCOMPAT_META_UUID = 0x4;
    static final int INCOMPAT_NEEDS_REPAIR = 0x10;
    static final int INCOMPAT_ZONED = 0x200;
    static final int INCOMPAT_ZONE_GAPS = 0x400;

    /**
     * Version 5: types in directories, sparse inodes, a UUID of the metadata's own, wide times, the flag that a repair is
     * due, wide extent counters, exchange of ranges, parent pointers, a directory of metadata. None of them changes what
     * the free-space trees say.
     */
    static final int INCOMPAT_UNDERSTOOD = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x100;

    /** Version 5: attributes in the log. What is in a log that is clean does not matter. */
    static final int LOG_INCOMPAT_UNDERSTOOD = 0x1;

    private XfsFeature() {}

    /** Names the bits of a word that are not understood, such as "incompat bits 9 and 10"; empty if there are none. */
    static String unknown(String word, int bits, int understood) {
        List<String> numbers = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((bits & ~understood & (1 << bit)) != 0) {
                numbers.add(Integer.toString(bit));
            }
        }
        if (numbers.isEmpty()) {
            return "";
        }
        String last = numbers.removeLast();
        return word + (numbers.isEmpty() ? " bit " + last : " bits " + String.join(", ", numbers) + " and " + last);
    }
}
