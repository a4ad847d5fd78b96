package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;

/** The two checksums of ext4 metadata. Both take a start value and are not inverted at the end, so they chain. */
final class ExtChecksum {
    private static final int[] CRC32C = table(0x82F6_3B78);
    private static final int[] CRC16 = table(0xA001);

    private ExtChecksum() {}

    static int crc32c(int start, ByteBuffer bytes) {
        return update(CRC32C, start, bytes);
    }

    static int crc16(int start, ByteBuffer bytes) {
        return update(CRC16, start, bytes);
    }

    private static int update(int[] table, int start, ByteBuffer bytes) {
        int crc = start;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            crc = table[(crc ^ bytes.get(i)) & 0xFF] ^ (crc >>> 8);
        }
        return crc;
    }

    private static int[] table(int polynomial) {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) != 0 ? (value >>> 1) ^ polynomial : value >>> 1;
            }
            table[i] = value;
        }
        return table;
    }
}
