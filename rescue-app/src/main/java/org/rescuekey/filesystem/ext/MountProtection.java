package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * The block by which systems that share a disk keep each other from mounting a volume twice: whoever has it mounted counts
 * a number up, and leaves a mark there when done.
 */
final class MountProtection {
    private static final int SIZE_BYTES = 1024;
    private static final int MAGIC = 0x004D_4D50;
    private static final int CLEAN = 0xFF4D_4D50;
    private static final int CHECKSUM_OFFSET = 1020;

    private MountProtection() {}

    /** Tells whether a system has the volume in use or is checking it, or was when it stopped. */
    static boolean isHeld(BlockDevice volume, ExtSuperblock superblock) throws RescueException {
        if (!superblock.hasIncompat(ExtFeature.INCOMPAT_MMP)) {
            return false;
        }
        long block = superblock.mountProtectionBlock();
        if (block < superblock.firstDataBlock() || block >= superblock.blockCount()) {
            throw new MalformedDataException(
                    "ext superblock",
                    ExtSuperblock.OFFSET_BYTES + 0x168L,
                    "a block below " + superblock.blockCount(),
                    Long.toString(block));
        }
        long offset = block * superblock.blockBytes();
        ByteBuffer bytes = Reads.at(volume, offset, SIZE_BYTES, "ext mount protection");
        check(bytes.getInt(0) == MAGIC, offset, MAGIC, bytes.getInt(0));
        if (superblock.hasRoCompat(ExtFeature.RO_COMPAT_METADATA_CSUM)) {
            int checksum = ExtChecksum.crc32c(superblock.checksumSeed(), bytes.slice(0, CHECKSUM_OFFSET));
            int stored = bytes.getInt(CHECKSUM_OFFSET);
            check(checksum == stored, offset + CHECKSUM_OFFSET, checksum, stored);
        }
        return bytes.getInt(4) != CLEAN;
    }

    private static void check(boolean valid, long offset, int expected, int actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException(
                    "ext mount protection", offset, Integer.toHexString(expected), Integer.toHexString(actual));
        }
    }
}
