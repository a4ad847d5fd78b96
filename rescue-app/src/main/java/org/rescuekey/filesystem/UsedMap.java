package org.rescuekey.filesystem;

import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.units.ExtentSet;

/**
 * The extents of a volume that are in use. Never less than what is in use: all that is not known to be free is in it.
 *
 * @param used bytes from the volume's first byte, in whole sectors, inside the device
 * @param leftOut what is in use, but of which nobody needs the content; each lies in {@code used}
 * @param knownBad what the file system itself marked as bad; it lies in {@code used}, since that mark alone does not prove
 *     that no file is there, but what cannot be read of it is no loss
 * @param raw whether every byte counts as used because the file system could not be understood
 * @param reason why it is raw, as a sentence for the user; empty if it is not
 * @param notes sentences for the user on what was found while it was made, such as clusters that are in use but not marked
 */
public record UsedMap(
        ExtentSet used, List<LeftOut> leftOut, ExtentSet knownBad, boolean raw, String reason, List<String> notes) {
    public UsedMap {
        leftOut = List.copyOf(leftOut);
        notes = List.copyOf(notes);
    }

    /**
     * Something that has its place but whose content is neither read nor kept: it reads as zeros from an image.
     *
     * @param name what a user knows it by, such as "pagefile.sys"
     * @param extents bytes from the volume's first byte, in whole sectors
     */
    public record LeftOut(String name, ExtentSet extents) {
        public long sizeBytes() {
            return extents.totalBytes();
        }
    }

    /** A map of exactly these bytes. */
    public static UsedMap of(ExtentSet used) {
        return new UsedMap(used, List.of(), ExtentSet.empty(), false, "", List.of());
    }

    /** All of a volume, and the sentence that says why. */
    public static UsedMap raw(BlockDevice volume, String reason) {
        return new UsedMap(ExtentSet.of(Reads.whole(volume)), List.of(), ExtentSet.empty(), true, reason, List.of());
    }

    /** The extents of all that is left out. */
    public ExtentSet leftOutExtents() {
        ExtentSet.Builder all = ExtentSet.builder();
        leftOut.forEach(each -> each.extents().forEach(all::add));
        return all.build();
    }
}
