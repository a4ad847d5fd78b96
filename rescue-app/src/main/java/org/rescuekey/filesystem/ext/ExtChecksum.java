package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.rescuekey.error.MalformedDataException;

/** The two checksums of ext4 metadata. Both take a start value and are not inverted at the end, so they chain. */
final class ExtChecksum {
    private static final int SMALL_INODE_BYTES = 128;
    private static final int[] CRC32C = table(0x82F6_3B78);
    private static final int[] CRC16 = table(0xA001);

    private ExtChecksum() {}

    static int crc32c(int start, ByteBuffer bytes) {
        return update(CRC32C, start, bytes);
    }

    static int crc16(int start, ByteBuffer bytes) {
        return update(CRC16, start, bytes);
    }

    /** Checks the checksum of an inode, where the volume keeps one. */
    static void checkInode(ExtSuperblock superblock, long number, ByteBuffer inode, String what, long offsetBytes)
            throws MalformedDataException {
        if (!superblock.hasRoCompat(ExtFeature.RO_COMPAT_METADATA_CSUM)) {
            return;
        }
        boolean wide = inode.limit() > SMALL_INODE_BYTES && inode.getShort(0x80) >= 4;
        int stored = (inode.getShort(0x7C) & 0xFFFF) | (wide ? inode.getShort(0x82) << 16 : 0);
        ByteBuffer copy = ByteBuffer.allocate(inode.limit()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, inode, 0, inode.limit()).putShort(0x7C, (short) 0);
        if (wide) {
            copy.putShort(0x82, (short) 0);
        }
        ByteBuffer start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        start.putInt(0, (int) number).putInt(4, inode.getInt(0x64));
        int checksum = crc32c(crc32c(superblock.checksumSeed(), start), copy);
        int actual = wide ? checksum : checksum & 0xFFFF;
        if (actual != stored) {
            throw new MalformedDataException(
                    what,
                    offsetBytes + 0x7C,
                    "the checksum " + Integer.toHexString(actual),
                    Integer.toHexString(stored));
        }
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
