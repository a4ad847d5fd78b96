package org.rescuekey.filesystem.xfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * The superblock: geometry and features, checked against each other. The blocks of the volume are divided into
 * allocation groups of equal length, of which the last may be shorter. Block numbers inside a group are 32 bits wide;
 * everything that counts from the start of the volume is 64 bits wide.
 */
final class XfsSuperblock {
    /** Groups start with four sectors: the superblock or a copy of it, and three heads of trees and lists. */
    static final int HEADER_SECTORS = 4;

    private static final int SIZE_BYTES = 512;
    private static final int MAGIC = 0x5846_5342;
    private static final int CHECKSUM = 224;
    private static final int MAX_SECTOR_BYTES = 32 << 10;
    private static final long MIN_GROUP_BLOCKS = 64;
    private static final long MAX_GROUP_BYTES = 1L << 40;
    private static final long MAX_GROUPS = 1 << 20;
    private static final long MAX_LOG_BYTES = 1L << 31;
    private static final long MAX_BLOCKS = 1L << 52;

    private final ByteBuffer bytes;
    private final int blockShift;

    /** @param bytes the first 512 bytes of the superblock, big-endian */
    private XfsSuperblock(ByteBuffer bytes) throws MalformedDataException {
        this.bytes = bytes;
        check(bytes.getInt(0) == MAGIC, 0, "the mark of XFS", bytes.getInt(0));
        blockShift = u8(120);
        check(blockShift >= 9 && blockShift <= 16 && u32(4) == 1L << blockShift, 4, "blocks of 512 to 65536", u32(4));
        check(
                Integer.bitCount(sectorBytes()) == 1
                        && sectorBytes() >= 512
                        && sectorBytes() <= Math.min(MAX_SECTOR_BYTES, blockBytes())
                        && sectorBytes() == 1 << u8(121),
                102,
                "sectors of 512 bytes to a block",
                sectorBytes());
        int inodeBytes = u16(104);
        check(
                Integer.bitCount(inodeBytes) == 1
                        && inodeBytes >= 256
                        && inodeBytes <= 2048
                        && inodeBytes == 1 << u8(122),
                104,
                "inodes of 256 to 2048 bytes",
                inodeBytes);
        check(u16(106) == blockBytes() / inodeBytes, 106, "as many inodes as fill a block", u16(106));
        check(
                groupBlocks() >= MIN_GROUP_BLOCKS && groupBlocks() <= (MAX_GROUP_BYTES >> blockShift),
                84,
                "an allocation group of " + MIN_GROUP_BLOCKS + " blocks to 1 TiB",
                groupBlocks());
        check(
                u8(124) == Long.SIZE - Long.numberOfLeadingZeros(groupBlocks() - 1),
                124,
                "the width of numbers of blocks in a group",
                u8(124));
        long groups = u32(88);
        check(groups >= 1 && groups <= MAX_GROUPS, 88, "1 to " + MAX_GROUPS + " allocation groups", groups);
        check(
                blockCount() >= (groups - 1) * groupBlocks() + MIN_GROUP_BLOCKS
                        && blockCount() <= groups * groupBlocks()
                        && blockCount() <= MAX_BLOCKS,
                8,
                "as many blocks as " + groups + " groups have",
                blockCount());
        checkLog();
    }

    private void checkLog() throws MalformedDataException {
        if (!hasLogInside()) {
            return;
        }
        long group = bytes.getLong(48) >>> u8(124);
        long first = bytes.getLong(48) & ((1L << u8(124)) - 1);
        check(
                group < groupCount() && first * blockBytes() >= (long) HEADER_SECTORS * sectorBytes(),
                48,
                "a log inside a group",
                bytes.getLong(48));
        check(
                u32(96) >= 1 && u32(96) <= groupLength((int) group) - first && logBytes() <= MAX_LOG_BYTES,
                96,
                "a log that ends in its group",
                u32(96));
    }

    static XfsSuperblock read(BlockDevice volume) throws RescueException {
        return new XfsSuperblock(
                Reads.at(volume, 0, SIZE_BYTES, "XFS superblock").order(ByteOrder.BIG_ENDIAN));
    }

    int version() {
        return u16(100) & XfsFeature.VERSION_NUMBER;
    }

    /** Tells whether the metadata has checksums: that is version 5. */
    boolean hasChecksums() {
        return version() == 5;
    }

    int blockBytes() {
        return 1 << blockShift;
    }

    int sectorBytes() {
        return u16(102);
    }

    long blockCount() {
        return bytes.getLong(8);
    }

    long sizeBytes() {
        return blockCount() << blockShift;
    }

    int groupCount() {
        return (int) u32(88);
    }

    long groupBlocks() {
        return u32(84);
    }

    /** The length of a group in blocks. */
    long groupLength(int group) {
        return Math.min(groupBlocks(), blockCount() - group * groupBlocks());
    }

    long groupOffsetBytes(int group) {
        return (group * groupBlocks()) << blockShift;
    }

    boolean hasLogInside() {
        return bytes.getLong(48) != 0;
    }

    /** Where the log starts, in bytes from the volume's start. */
    long logOffsetBytes() {
        long group = bytes.getLong(48) >>> u8(124);
        long block = bytes.getLong(48) & ((1L << u8(124)) - 1);
        return (group * groupBlocks() + block) << blockShift;
    }

    long logBytes() {
        return u32(96) << blockShift;
    }

    /** Tells whether records of the log may have more than one header sector and lengths over 32 KiB. */
    boolean hasLog2() {
        return hasChecksums() || (u16(100) & XfsFeature.VERSION_LOG_2) != 0;
    }

    /** Tells whether there are blocks for files with guaranteed rate, which lie on a device of their own. */
    boolean hasRealtimeDevice() {
        return bytes.getLong(16) != 0;
    }

    /** Tells whether making this file system was begun and not ended. */
    boolean isInProgress() {
        return bytes.get(126) != 0;
    }

    boolean hasIncompat(int feature) {
        return hasChecksums() && (bytes.getInt(216) & feature) != 0;
    }

    /** What of its features is not understood; empty if nothing. */
    String unknownFeatures() {
        if (!hasChecksums()) {
            boolean bits = (u16(100) & XfsFeature.VERSION_SHARED) != 0;
            String word = (u16(100) & XfsFeature.VERSION_MORE_BITS) == 0
                    ? ""
                    : XfsFeature.unknown("features2", features2(), XfsFeature.FEATURES_2_UNDERSTOOD);
            return bits ? "version bit 9" : word;
        }
        String incompat = XfsFeature.unknown("incompat", bytes.getInt(216), XfsFeature.INCOMPAT_UNDERSTOOD);
        String roCompat = XfsFeature.unknown("ro_compat", bytes.getInt(212), XfsFeature.RO_COMPAT_UNDERSTOOD);
        String log = XfsFeature.unknown("log_incompat", bytes.getInt(220), XfsFeature.LOG_INCOMPAT_UNDERSTOOD);
        return String.join(
                ", ",
                Arrays.stream(new String[] {incompat, roCompat, log})
                        .filter(each -> !each.isEmpty())
                        .toList());
    }

    boolean hasDirectories2() {
        return hasChecksums() || (u16(100) & XfsFeature.VERSION_DIRECTORIES_2) != 0;
    }

    /** Older systems wrote this word in the place of the next one. */
    private int features2() {
        return bytes.getInt(200) | bytes.getInt(204);
    }

    String label() {
        byte[] label = new byte[12];
        bytes.get(108, label);
        int length = 0;
        while (length < label.length && label[length] != 0) {
            length++;
        }
        return new String(Arrays.copyOf(label, length), StandardCharsets.UTF_8).stripTrailing();
    }

    UUID uuid() {
        return new UUID(bytes.getLong(32), bytes.getLong(40));
    }

    /** The UUID that stands in each structure, which stays when the user changes that of the volume. */
    UUID metadataUuid() {
        return hasIncompat(XfsFeature.INCOMPAT_META_UUID) ? new UUID(bytes.getLong(248), bytes.getLong(256)) : uuid();
    }

    /** Checks the checksum of the whole sector, where the volume keeps one. */
    void checkChecksum(BlockDevice volume) throws RescueException {
        if (hasChecksums()) {
            XfsChecksum.check(Reads.at(volume, 0, sectorBytes(), "XFS superblock"), CHECKSUM, "XFS superblock", 0);
        }
    }

    private static void check(boolean valid, int offset, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException("XFS superblock", offset, expected, Long.toString(actual));
        }
    }

    private int u8(int offset) {
        return bytes.get(offset) & 0xFF;
    }

    private int u16(int offset) {
        return bytes.getShort(offset) & 0xFFFF;
    }

    private long u32(int offset) {
        return bytes.getInt(offset) & 0xFFFF_FFFFL;
    }
}
