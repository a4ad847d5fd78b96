/** ext2, ext3 and ext4. */
@NullMarked
package org.rescuekey.filesystem.ext;

import org.jspecify.annotations.NullMarked;
