package org.rescuekey.inventory;

/**
 * A volume that the running system has in its file tree.
 *
 * @param source what is mounted, such as "/dev/sda1"
 * @param mountPoint where
 * @param fileSystem the kernel's name of the file system, such as "ext4"
 * @param readOnly nothing can be written through it
 */
public record Mount(String source, String mountPoint, String fileSystem, boolean readOnly) {}
