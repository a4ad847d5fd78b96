/** Tests of LVM2's text. */
@NullMarked
package org.rescuekey.filesystem.lvm;

import org.jspecify.annotations.NullMarked;
