package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * The superblock at 64 KiB, the only one that a system mounts by: the copies further on may be older, since a flushed
 * file is written to this one alone. Its checksum was found right and its fields fit each other. Immutable.
 */
final class BtrfsSuperblock {
    static final long OFFSET_BYTES = 64 << 10;
    static final int SIZE_BYTES = 4096;
    static final int UUID_BYTES = 16;

    private static final long MAGIC = 0x4D5F_5366_5248_425FL;
    private static final int DEVICE_ITEM = 0xC9;
    private static final int SYSTEM_CHUNKS = 0x32B;
    private static final int MAX_SYSTEM_CHUNKS_BYTES = 2048;
    private static final int MAX_NODE_BYTES = 64 << 10;
    private static final int MAX_LEVEL = 8;

    private final ByteBuffer bytes;
    private final BtrfsChecksum checksum;

    private BtrfsSuperblock(ByteBuffer bytes) throws MalformedDataException {
        this.bytes = bytes;
        check(u64(0x40) == MAGIC, 0x40, "the mark of Btrfs", u64(0x40));
        int type = u16(0xC4);
        checksum = BtrfsChecksum.of(type)
                .orElseThrow(() -> malformed(0xC4, "a known type of checksum", Integer.toString(type)));
        if (!checksum.fits(bytes)) {
            throw malformed(0, "the checksum of its bytes", "another one");
        }
        check(u64(0x30) == OFFSET_BYTES, 0x30, "its own place", u64(0x30));
        long sector = u32(0x90);
        check(isPowerBetween(sector, 512, MAX_NODE_BYTES), 0x90, "sectors of 512 bytes to 64 KiB", sector);
        long node = u32(0x94);
        check(isPowerBetween(node, Math.max(4096, sector), MAX_NODE_BYTES), 0x94, "blocks of 4 to 64 KiB", node);
        check(u8(0xC6) < MAX_LEVEL, 0xC6, "a level below 8", u8(0xC6));
        check(u8(0xC7) < MAX_LEVEL, 0xC7, "a level below 8", u8(0xC7));
        check(u32(0xA0) <= MAX_SYSTEM_CHUNKS_BYTES, 0xA0, "at most 2048 bytes of chunks", u32(0xA0));
        check(u64(0x88) > 0, 0x88, "at least one device", u64(0x88));
        long deviceBytes = u64(DEVICE_ITEM + 8);
        check(
                deviceBytes >= OFFSET_BYTES + SIZE_BYTES && deviceBytes % sector == 0,
                DEVICE_ITEM + 8,
                "whole sectors",
                deviceBytes);
    }

    static BtrfsSuperblock read(BlockDevice volume) throws RescueException {
        return new BtrfsSuperblock(Reads.at(volume, OFFSET_BYTES, SIZE_BYTES, "Btrfs superblock"));
    }

    BtrfsChecksum checksum() {
        return checksum;
    }

    /** The identity that users see. */
    String uuid() {
        return uuidAt(0x20);
    }

    /** The identity that stands in the metadata: another one if the first was changed later. */
    byte[] metadataUuid() {
        return field((incompat() & BtrfsFeature.INCOMPAT_METADATA_UUID) != 0 ? 0x23B : 0x20, UUID_BYTES);
    }

    long flags() {
        return u64(0x38);
    }

    long generation() {
        return u64(0x48);
    }

    TreeRoot rootTree() {
        return new TreeRoot(TreeRoot.ROOT_TREE, u64(0x50), generation(), u8(0xC6));
    }

    TreeRoot chunkTree() {
        return new TreeRoot(TreeRoot.CHUNK_TREE, u64(0x58), u64(0xA4), u8(0xC7));
    }

    long logRoot() {
        return u64(0x60);
    }

    long deviceCount() {
        return u64(0x88);
    }

    int sectorBytes() {
        return (int) u32(0x90);
    }

    int nodeBytes() {
        return (int) u32(0x94);
    }

    long compat() {
        return u64(0xAC);
    }

    long roCompat() {
        return u64(0xB4);
    }

    long incompat() {
        return u64(0xBC);
    }

    boolean hasRoCompat(long features) {
        return (roCompat() & features) == features;
    }

    long deviceId() {
        return u64(DEVICE_ITEM);
    }

    /** How much of this device belongs to the file system, from the first byte on. */
    long deviceBytes() {
        return u64(DEVICE_ITEM + 8);
    }

    byte[] deviceUuid() {
        return field(DEVICE_ITEM + 66, UUID_BYTES);
    }

    String label() {
        byte[] label = field(0x12B, 256);
        int length = 0;
        while (length < label.length && label[length] != 0) {
            length++;
        }
        return new String(Arrays.copyOf(label, length), StandardCharsets.UTF_8);
    }

    /** The chunks that hold the chunk tree, each a key and an item. */
    ByteBuffer systemChunks() {
        return bytes.slice(SYSTEM_CHUNKS, (int) u32(0xA0)).order(bytes.order());
    }

    private static boolean isPowerBetween(long value, long lowest, long highest) {
        return value >= lowest && value <= highest && Long.bitCount(value) == 1;
    }

    private static void check(boolean valid, int offset, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw malformed(offset, expected, Long.toUnsignedString(actual));
        }
    }

    private static MalformedDataException malformed(int offset, String expected, String actual) {
        return new MalformedDataException("Btrfs superblock", OFFSET_BYTES + offset, expected, actual);
    }

    private String uuidAt(int offset) {
        ByteBuffer uuid = ByteBuffer.wrap(field(offset, UUID_BYTES));
        return new UUID(uuid.getLong(), uuid.getLong()).toString();
    }

    private byte[] field(int offset, int length) {
        byte[] field = new byte[length];
        bytes.get(offset, field);
        return field;
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

    private long u64(int offset) {
        return bytes.getLong(offset);
    }
}
