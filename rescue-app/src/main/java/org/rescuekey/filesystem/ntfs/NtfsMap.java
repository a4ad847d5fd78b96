package org.rescuekey.filesystem.ntfs;

import java.util.List;
import org.rescuekey.units.ExtentSet;

/**
 * What a volume with NTFS uses.
 *
 * @param used bytes from the volume's first byte
 * @param leftOut files whose content nobody needs; their clusters are in {@code used} and in no other file of the system
 * @param notes sentences for the user on what was found
 */
public record NtfsMap(ExtentSet used, List<PageFile> leftOut, List<String> notes) {
    public NtfsMap {
        leftOut = List.copyOf(leftOut);
        notes = List.copyOf(notes);
    }

    /**
     * A file in which Windows keeps a copy of its memory.
     *
     * @param name such as "pagefile.sys"
     * @param record the number of its record
     * @param extents the clusters that hold its content
     */
    public record PageFile(String name, long record, ExtentSet extents) {}
}
