package org.rescuekey.inventory;

/**
 * A volume that the running system has in its file tree.
 *
 * @param source what is mounted, such as "/dev/sda1"
 * @param mountPoint where
 * @param fileSystem the kernel's name of the file system, such as "ext4"
 * @param readOnly nothing can be written through this mount
 * @param volumeReadOnly nothing can be written to the volume through any mount; false for a read-only view of a volume
 *     that is mounted for writing elsewhere, or was until its last place was unmounted
 */
public record Mount(String source, String mountPoint, String fileSystem, boolean readOnly, boolean volumeReadOnly) {
    /** The mount of a whole volume, as read-only as the volume is. */
    public Mount(String source, String mountPoint, String fileSystem, boolean readOnly) {
        this(source, mountPoint, fileSystem, readOnly, readOnly);
    }
}
