/** What the machine has: disks, partitions, volumes, mounts, firmware, as an immutable snapshot. Level 2; no I/O of its own. */
@NullMarked
package org.rescuekey.inventory;

import org.jspecify.annotations.NullMarked;
