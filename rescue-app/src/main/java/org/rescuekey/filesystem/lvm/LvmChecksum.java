package org.rescuekey.filesystem.lvm;

import java.nio.ByteBuffer;

/** The checksum of all that LVM2 writes: CRC-32 from a start value of its own, not inverted at the end. */
final class LvmChecksum {
    private static final int START = 0xF597_A6CF;
    private static final int POLYNOMIAL = 0xEDB8_8320;
    private static final int[] TABLE = table();

    private LvmChecksum() {}

    /** The checksum of a buffer's remaining bytes, whose position it leaves alone. */
    static int of(ByteBuffer bytes) {
        int crc = START;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            crc = TABLE[(crc ^ bytes.get(i)) & 0xFF] ^ (crc >>> 8);
        }
        return crc;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) != 0 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
            }
            table[i] = value;
        }
        return table;
    }
}
