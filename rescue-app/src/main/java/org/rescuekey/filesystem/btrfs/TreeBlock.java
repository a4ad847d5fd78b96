package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rescuekey.error.MalformedDataException;

/**
 * One block of a tree: a leaf with items, or a node with pointers to blocks one level below. It was checked to be the
 * block that was asked for, whole, and with its keys in order. Not changed once it is made.
 */
final class TreeBlock {
    private static final int HEADER_BYTES = 101;
    private static final int ITEM_BYTES = 25;
    private static final int POINTER_BYTES = 33;

    private final ByteBuffer bytes;
    private final int count;
    private final int level;

    private TreeBlock(ByteBuffer bytes) {
        this.bytes = bytes;
        this.count = bytes.getInt(0x60);
        this.level = bytes.get(0x64) & 0xFF;
    }

    /** Checks the bytes of a block against what is known of it. */
    static TreeBlock of(ByteBuffer bytes, TreeRoot expected, BtrfsSuperblock superblock) throws MalformedDataException {
        long address = expected.address();
        if (!superblock.checksum().fits(bytes)) {
            throw malformed(address, "the checksum of its bytes", "another one");
        }
        byte[] uuid = new byte[BtrfsSuperblock.UUID_BYTES];
        bytes.get(0x20, uuid);
        check(Arrays.equals(uuid, superblock.metadataUuid()), address, "the identity of this file system", 0);
        check(bytes.getLong(0x30) == address, address, "its own address", bytes.getLong(0x30));
        check(
                bytes.getLong(0x50) == expected.generation(),
                address,
                "the generation " + expected.generation(),
                bytes.getLong(0x50));
        check(
                bytes.getLong(0x58) == expected.owner(),
                address,
                "a block of the tree " + expected.owner(),
                bytes.getLong(0x58));
        int level = bytes.get(0x64) & 0xFF;
        check(level == expected.level(), address, "the level " + expected.level(), level);
        long count = bytes.getInt(0x60) & 0xFFFF_FFFFL;
        int entryBytes = level == 0 ? ITEM_BYTES : POINTER_BYTES;
        check(count <= (bytes.limit() - HEADER_BYTES) / entryBytes, address, "as many entries as fit", count);
        check(count > 0 || level == 0, address, "at least one pointer", count);
        TreeBlock block = new TreeBlock(bytes);
        block.checkEntries(address);
        return block;
    }

    private void checkEntries(long address) throws MalformedDataException {
        int end = HEADER_BYTES + count * ITEM_BYTES;
        Key previous = null;
        for (int i = 0; i < count; i++) {
            Key key = key(i);
            if (previous != null && previous.compareTo(key) >= 0) {
                throw malformed(address, "a key above " + previous, key.toString());
            }
            previous = key;
            if (level == 0) {
                long start = HEADER_BYTES + (bytes.getInt(entry(i) + 17) & 0xFFFF_FFFFL);
                long size = bytes.getInt(entry(i) + 21) & 0xFFFF_FFFFL;
                check(start >= end && start + size <= bytes.limit(), address, "item " + i + " inside the leaf", start);
            }
        }
    }

    int count() {
        return count;
    }

    int level() {
        return level;
    }

    Key key(int index) {
        int at = entry(index);
        return new Key(bytes.getLong(at), bytes.get(at + 8) & 0xFF, bytes.getLong(at + 9));
    }

    /** The content of an item of a leaf, little-endian. */
    ByteBuffer item(int index) {
        int at = entry(index);
        return bytes.slice(HEADER_BYTES + bytes.getInt(at + 17), bytes.getInt(at + 21))
                .order(bytes.order());
    }

    /** Where the block that a node points to is, and when it was written. */
    TreeRoot child(int index, long owner) {
        int at = entry(index);
        return new TreeRoot(owner, bytes.getLong(at + 17), bytes.getLong(at + 25), level - 1);
    }

    /** The first entry whose key is not below another; the count if there is none. */
    int indexOfFirstFrom(Key key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key(middle).compareTo(key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int entry(int index) {
        return HEADER_BYTES + index * (level == 0 ? ITEM_BYTES : POINTER_BYTES);
    }

    private static void check(boolean valid, long address, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw malformed(address, expected, Long.toUnsignedString(actual));
        }
    }

    private static MalformedDataException malformed(long address, String expected, String actual) {
        return new MalformedDataException("Btrfs tree block", address, expected, actual);
    }
}
