/**
 * Linux: block devices through the C library, the inventory from sysfs and udev, the terminal, mounts and external
 * programs. Implements the ports of lower levels; level 4. Every native call stands in {@code LibC}, every external
 * program runs through {@code Programs}.
 */
@NullMarked
package org.rescuekey.platform.linux;

import org.jspecify.annotations.NullMarked;
