/** The structures of a GUID partition table as they stand on the disk. Pure; knows nothing of MBR or devices. */
@NullMarked
package org.rescuekey.partition.gpt;

import org.jspecify.annotations.NullMarked;
