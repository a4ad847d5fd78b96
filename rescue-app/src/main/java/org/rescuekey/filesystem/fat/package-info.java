/** FAT12, FAT16 and FAT32. */
@NullMarked
package org.rescuekey.filesystem.fat;

import org.jspecify.annotations.NullMarked;
