package org.rescuekey.device;

import java.io.Closeable;
import java.util.Collection;
import org.rescuekey.error.RescueException;

/**
 * Opens devices and disk files by path. The engine and the inventory reach every disk through this port alone, so that
 * tests give them disks in memory.
 */
public interface DeviceOpener {
    /** Opens a source: nothing can be written through what is returned. */
    BlockDevice openSource(String path) throws RescueException;

    /**
     * Opens a target for this process alone.
     *
     * @throws org.rescuekey.error.DeviceException with EBUSY where it is mounted, held or opened as a target already
     */
    BlockDevice openTarget(String path) throws RescueException;

    /** Opens what was just written, to read it back from the medium and not from a cache of this machine. */
    default BlockDevice openVerify(String path) throws RescueException {
        return openSource(path);
    }

    /**
     * Closes every way to write to what is read of a source, also those of other programs, until the result is closed;
     * then everything is as it was before. Where another partition of the disk is in use, only those that are read are
     * protected; else the whole disk is.
     *
     * @param path a disk, a partition or a disk file
     * @param partitions the numbers of the disk's partitions that are read
     */
    default SourceGuard protectSource(String path, Collection<Integer> partitions) throws RescueException {
        return () -> {};
    }

    /** Makes the kernel take up the partition table that was written to a disk; no device of it may be open. */
    default void rereadTable(String path) throws RescueException {}

    /** The protection of one source. Closing it twice does nothing more. */
    interface SourceGuard extends Closeable {
        @Override
        void close() throws RescueException;
    }
}
