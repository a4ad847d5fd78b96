/** The BlockDevice port, disks in memory, slices and decorators. Level 1; no native code. */
@NullMarked
package org.rescuekey.device;

import org.jspecify.annotations.NullMarked;
