package org.rescuekey.device;

import org.rescuekey.units.ByteCount;

/** Checks that a read or write lies inside its device; a miss is a mistake of the program, not of the disk. */
public final class Bounds {
    private Bounds() {}

    /** @throws IllegalArgumentException naming device, extent and size */
    public static void check(BlockDevice device, long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > device.sizeBytes() - lengthBytes) {
            throw new IllegalArgumentException(device.name() + ": offset " + offsetBytes + ", length " + lengthBytes
                    + " is outside its " + ByteCount.of(device.sizeBytes()).exact());
        }
    }
}
