/** Rescue Key: captures, restores, clones, verifies and repairs disks while what is installed on them is offline. */
@NullMarked
package org.rescuekey;

import org.jspecify.annotations.NullMarked;
