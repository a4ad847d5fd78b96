package org.rescuekey.inventory;

/**
 * Somewhere that images can be written to or read from.
 *
 * @param path the directory; or, while it is not mounted, the partition's device
 * @param label what a user knows it by: the volume's label and the disk's model
 * @param fileSystem the file system's name, such as "ntfs"
 * @param sizeBytes of the file system, 0 if unknown
 * @param freeBytes of the file system, 0 if unknown
 * @param diskPath the disk it lies on, empty where it lies on none (a share, memory)
 * @param mounted whether path is a directory that can be used at once
 */
public record Place(
        String path,
        String label,
        String fileSystem,
        long sizeBytes,
        long freeBytes,
        String diskPath,
        boolean mounted) {}
