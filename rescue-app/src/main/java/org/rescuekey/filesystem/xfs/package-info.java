/** XFS, versions 4 and 5. All numbers on disk are big-endian, checksums alone little-endian. */
@NullMarked
package org.rescuekey.filesystem.xfs;

import org.jspecify.annotations.NullMarked;
