package org.rescuekey.filesystem;

import org.rescuekey.units.ExtentSet;

/**
 * The extents of a volume that are in use. Never less than what is in use: all that is not known to be free is in it.
 *
 * @param used bytes from the volume's first byte, in whole sectors, inside the device
 * @param raw whether every byte counts as used because the file system could not be understood
 * @param reason why it is raw, as a sentence for the user; empty if it is not
 */
public record UsedMap(ExtentSet used, boolean raw, String reason) {}
