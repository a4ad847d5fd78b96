package org.rescuekey.engine;

import java.util.Locale;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * How much room the changes of a view may take when the size of its file system is changed. An upper bound by custom, not by
 * proof: when it proves too small, the view says that it is full, and no target has been touched. Pure.
 *
 * @param bytes the room, in whole pieces of a view
 * @param pieceBytes how finely changes are best kept
 * @param reason why so much, as a sentence for the user
 */
public record OverlayNeed(long bytes, int pieceBytes, String reason) {
    /** Boot sectors, journals, bitmaps of a small volume, our own edits. */
    private static final long BASE_BYTES = 64 * ByteCount.MIB;

    /** Above this, finding fine pieces takes memory that is better used otherwise. */
    private static final long FINE_LIMIT_BYTES = 16 * ByteCount.GIB;

    /**
     * Estimates it.
     *
     * @param used what the volume uses, in bytes from its start
     * @param volumeBytes the volume's size now
     * @param newBytes the size that it shall have
     */
    public static OverlayNeed of(FileSystemType type, ExtentSet used, long volumeBytes, long newBytes) {
        if (type == FileSystemType.FAT12 || type == FileSystemType.FAT16 || type == FileSystemType.FAT32) {
            return need(
                    Math.addExact(used.totalBytes(), tablesOf(newBytes)),
                    "it is made anew, and " + ByteCount.text(used.totalBytes()) + " are copied");
        }
        if (newBytes >= volumeBytes) {
            return need(tablesOf(newBytes), "only the tables of the file system change");
        }
        long behind = used.intersect(Extent.between(newBytes, volumeBytes)).totalBytes();
        // What moves takes its own size; what refers to it lies all over the volume and is changed in place: records of
        // 1 KiB and directories, of which each piece holds several.
        long records = Math.min(used.totalBytes() / 8, behind / 4);
        return need(
                Math.addExact(Math.addExact(behind, records), tablesOf(newBytes)),
                ByteCount.text(behind) + " lie behind the new end and are moved");
    }

    /** Bitmaps and inode tables: at most one byte in 64 of a volume, as many as ext gives its inodes. */
    private static long tablesOf(long sizeBytes) {
        return sizeBytes / 64;
    }

    private static OverlayNeed need(long bytes, String why) {
        long withMargin = Math.addExact(Math.addExact(bytes, bytes / 10), BASE_BYTES);
        int piece = withMargin <= FINE_LIMIT_BYTES ? OverlayDevice.FINE_PIECE_BYTES : OverlayDevice.COARSE_PIECE_BYTES;
        long rounded = Math.addExact(withMargin, piece - 1L) & -piece;
        return new OverlayNeed(
                rounded,
                piece,
                String.format(
                        Locale.ROOT, "The change of size takes up to %s of room: %s.", ByteCount.text(rounded), why));
    }
}
