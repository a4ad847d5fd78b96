package org.rescuekey.partition;

import java.util.Map;
import org.rescuekey.units.Extent;

/**
 * Where all partitions of a table go, in bytes of a disk.
 *
 * @param extents by the number of each partition, extended ones included
 * @param linkOffsets where the link sector of each logical partition goes, by its number; the first stands at the start of
 *     the extended partition, and each lies before its partition and behind the one before
 */
public record Places(Map<Integer, Extent> extents, Map<Integer, Long> linkOffsets) {
    public Places {
        extents = Map.copyOf(extents);
        linkOffsets = Map.copyOf(linkOffsets);
    }

    Extent of(int number) {
        Extent extent = extents.get(number);
        if (extent == null) {
            throw new IllegalArgumentException("no place for partition " + number);
        }
        return extent;
    }

    long linkOf(int number) {
        Long offset = linkOffsets.get(number);
        if (offset == null) {
            throw new IllegalArgumentException("no place for the link of partition " + number);
        }
        return offset;
    }
}
