package org.rescuekey.platform.linux;

import com.sun.jna.Memory;

/**
 * What statx(2) tells about an open file.
 *
 * @param mode type and permissions
 * @param sizeBytes the size of a regular file
 * @param deviceMajor the major number of a block device
 * @param deviceMinor its minor number
 * @param directAlignmentBytes what offsets and memory must be multiples of with O_DIRECT; 0 where O_DIRECT is refused,
 *     -1 where the file system does not say
 */
record FileStatus(int mode, long sizeBytes, int deviceMajor, int deviceMinor, int directAlignmentBytes) {
    /** The size of struct statx, whose layout is the same on every architecture. */
    static final int BYTES = 256;

    static FileStatus of(Memory statx) {
        boolean tellsAlignment = (statx.getInt(0) & Abi.STATX_DIOALIGN) != 0;
        int alignmentBytes = tellsAlignment ? Math.max(statx.getInt(152), statx.getInt(156)) : -1;
        return new FileStatus(
                statx.getShort(28) & 0xFFFF, statx.getLong(40), statx.getInt(128), statx.getInt(132), alignmentBytes);
    }

    boolean isBlockDevice() {
        return (mode & Abi.S_IFMT) == Abi.S_IFBLK;
    }

    boolean isRegularFile() {
        return (mode & Abi.S_IFMT) == Abi.S_IFREG;
    }
}
