/**
 * A server of the network block device protocol over a socket of this machine: what shows one of our devices to programs
 * that want a file or a disk. Uses the port of devices alone.
 */
@NullMarked
package org.rescuekey.platform.linux.nbd;

import org.jspecify.annotations.NullMarked;
