/** Tests of the parts of NTFS. */
@NullMarked
package org.rescuekey.filesystem.ntfs;

import org.jspecify.annotations.NullMarked;
