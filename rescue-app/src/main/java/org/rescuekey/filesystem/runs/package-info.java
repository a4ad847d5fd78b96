/** Allocation bitmaps to extents, in bounded memory. Shared by the file systems. */
@NullMarked
package org.rescuekey.filesystem.runs;

import org.jspecify.annotations.NullMarked;
