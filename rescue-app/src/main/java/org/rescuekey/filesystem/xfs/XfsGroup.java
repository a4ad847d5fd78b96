package org.rescuekey.filesystem.xfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * What an allocation group says of its free space: the second of its sectors. Immutable.
 *
 * @param number the group's number
 * @param length its length in blocks
 * @param root the block of the group where the tree of free extents by block number starts
 * @param levels how many levels that tree has, leaves included
 * @param freeBlocks how many blocks the tree lists in all
 */
record XfsGroup(int number, long length, long root, int levels, long freeBlocks) {
    private static final String WHAT = "XFS free-space header of group ";
    private static final int MAGIC = 0x5841_4746;
    private static final int CHECKSUM = 216;
    /** More than the smallest blocks need for the largest group. */
    private static final int MAX_LEVELS = 9;

    static XfsGroup read(BlockDevice volume, XfsSuperblock superblock, int number) throws RescueException {
        int sector = superblock.sectorBytes();
        long offset = superblock.groupOffsetBytes(number) + sector;
        String what = WHAT + number;
        ByteBuffer bytes = Reads.at(volume, offset, sector, what).order(ByteOrder.BIG_ENDIAN);
        long length = superblock.groupLength(number);
        check(bytes.getInt(0) == MAGIC, number, offset, "its mark", bytes.getInt(0));
        if (superblock.hasChecksums()) {
            XfsChecksum.check(bytes, CHECKSUM, what, offset);
            UUID uuid = new UUID(bytes.getLong(64), bytes.getLong(72));
            if (!uuid.equals(superblock.metadataUuid())) {
                throw new MalformedDataException(
                        what, offset + 64, superblock.metadataUuid().toString(), uuid.toString());
            }
        }
        check(bytes.getInt(4) == 1, number, offset + 4, "version 1", bytes.getInt(4));
        check(bytes.getInt(8) == number, number, offset + 8, "its number", bytes.getInt(8));
        check(u32(bytes, 12) == length, number, offset + 12, "a length of " + length, u32(bytes, 12));
        long root = u32(bytes, 16);
        check(root > 0 && root < length, number, offset + 16, "a root inside the group", root);
        long levels = u32(bytes, 28);
        check(levels >= 1 && levels <= MAX_LEVELS, number, offset + 28, "1 to " + MAX_LEVELS + " levels", levels);
        long freeBlocks = u32(bytes, 52);
        check(freeBlocks < length, number, offset + 52, "less free blocks than " + length, freeBlocks);
        return new XfsGroup(number, length, root, (int) levels, freeBlocks);
    }

    /** Checks that the tree lists as many free blocks as this header counts. */
    void checkFreeBlocks(long listed) throws MalformedDataException {
        check(listed == freeBlocks, number, 52, freeBlocks + " free blocks", listed);
    }

    private static void check(boolean valid, int number, long offset, String expected, long actual)
            throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException(WHAT + number, offset, expected, Long.toString(actual));
        }
    }

    private static long u32(ByteBuffer bytes, int offset) {
        return bytes.getInt(offset) & 0xFFFF_FFFFL;
    }
}
