package org.rescuekey.engine;

import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;

/**
 * Makes the file system of a volume smaller or larger. It works on a view alone: a device that stands for the volume and
 * keeps what is changed to itself ({@link org.rescuekey.device.OverlayDevice}), so that neither a source nor a target is
 * touched, and a view that comes out wrong is thrown away. Who uses one proves the result by means of their own.
 *
 * <p>Any thread; one call for a view at a time. A job that is cancelled ends a call within two seconds.
 */
public interface VolumeResizer {
    /** Who changes the sizes of which file systems. */
    interface Finder {
        /** The one for a file system; empty where nobody can change its size. */
        Optional<VolumeResizer> forType(FileSystemType type);
    }

    /**
     * The smallest size that a file system can be given, as far as can be told without trying.
     *
     * @param bytes the size, in whole sectors
     * @param basis what says so, as a sentence for the user
     */
    record Minimum(long bytes, String basis) {}

    /**
     * What was done.
     *
     * @param fileSystemBytes what the file system takes now: all of the size that was asked for but for a last part of less
     *     than a cluster or a block of its own
     * @param notes sentences for the user on what else was changed, such as repairs
     */
    record Resized(long fileSystemBytes, List<String> notes) {
        public Resized {
            notes = List.copyOf(notes);
        }
    }

    /** Tells whether it can make a file system smaller, too. */
    boolean canShrink();

    /**
     * Estimates the smallest size, without changing the view.
     *
     * @throws org.rescuekey.error.RefusedException if the volume's state forbids it, or it cannot be told here
     */
    Minimum minimum(BlockDevice view, JobControl control) throws RescueException;

    /**
     * Makes the file system fit a size exactly: as a partition of that size would have it, with what belongs in its last
     * sectors there. The bytes of the view behind that size are undefined afterwards.
     *
     * @param view as large as the larger of the size before and the new size, or larger
     * @param sizeBytes the size of the partition to be, in whole sectors
     * @throws org.rescuekey.error.RefusedException if the volume's state forbids it, or what does this is not there
     * @throws RescueException if it failed; the view is of no use then
     */
    Resized resize(BlockDevice view, long sizeBytes, JobControl control) throws RescueException;
}
