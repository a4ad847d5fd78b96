/** The structures of an MBR and of the link sectors of logical partitions. Pure; knows nothing of GPT or devices. */
@NullMarked
package org.rescuekey.partition.mbr;

import org.jspecify.annotations.NullMarked;
