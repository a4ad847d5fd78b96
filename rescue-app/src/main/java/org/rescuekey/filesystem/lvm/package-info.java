/** LVM2: physical volumes, the text that describes their volume group, and logical volumes that lie in one piece of it. */
@NullMarked
package org.rescuekey.filesystem.lvm;

import org.jspecify.annotations.NullMarked;
