package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One inode as it stands in its table.
 *
 * @param number from 1
 * @param bytes its bytes, little-endian, 128 at least
 */
record ExtInode(long number, ByteBuffer bytes) {
    static final long ROOT = 2;

    /** Where the map of its blocks, or a small content, stands. */
    static final int MAP_OFFSET = 0x28;

    static final int MAP_BYTES = 60;

    private static final int TYPE_MASK = 0xF000;
    private static final int DIRECTORY = 0x4000;
    private static final int REGULAR = 0x8000;
    private static final int LINK = 0xA000;

    private static final int FLAG_ENCRYPTED = 0x800;
    private static final int FLAG_VERITY = 0x10_0000;
    private static final int FLAG_CASE_FOLDED = 0x4000_0000;
    private static final int FLAG_EXTENTS = 0x8_0000;
    private static final int FLAG_ATTRIBUTE = 0x20_0000;
    private static final int FLAG_INLINE = 0x1000_0000;

    private static final int SMALL_BYTES = 128;
    private static final int ATTRIBUTES_MAGIC = 0xEA02_0000;
    private static final int SYSTEM_INDEX = 7;

    /** Tells whether it stands for something that is not deleted. */
    boolean isInUse() {
        return mode() != 0 && (bytes.getShort(0x1A) & 0xFFFF) > 0;
    }

    int mode() {
        return bytes.getShort(0) & 0xFFFF;
    }

    boolean isDirectory() {
        return (mode() & TYPE_MASK) == DIRECTORY;
    }

    boolean isRegular() {
        return (mode() & TYPE_MASK) == REGULAR;
    }

    boolean isLink() {
        return (mode() & TYPE_MASK) == LINK;
    }

    /** Tells whether names in this directory are the same whatever the case of their letters. */
    boolean isCaseFolded() {
        return hasFlag(FLAG_CASE_FOLDED);
    }

    /** Tells whether its content is held against hashes. */
    boolean isVerified() {
        return hasFlag(FLAG_VERITY);
    }

    /** Tells whether it is the value of an attribute of other inodes. */
    boolean isAttribute() {
        return hasFlag(FLAG_ATTRIBUTE);
    }

    /** Tells whether the names in this directory are encrypted. */
    boolean isEncrypted() {
        return hasFlag(FLAG_ENCRYPTED);
    }

    boolean hasExtents() {
        return hasFlag(FLAG_EXTENTS);
    }

    boolean isInline() {
        return hasFlag(FLAG_INLINE);
    }

    /** Tells whether it has a map of blocks, and not a device's number, a short target or a small content in its place. */
    boolean hasMap() {
        int type = mode() & TYPE_MASK;
        boolean shortLink = type == LINK && !hasExtents() && sizeBytes() < MAP_BYTES;
        return !isInline() && !shortLink && (type == REGULAR || type == DIRECTORY || type == LINK);
    }

    long sizeBytes() {
        return (bytes.getInt(0x4) & 0xFFFF_FFFFL) | (long) bytes.getInt(0x6C) << 32;
    }

    /** The block of its extended attributes; 0 if it has none. */
    long attributesBlock() {
        return (bytes.getInt(0x68) & 0xFFFF_FFFFL) | (bytes.getShort(0x76) & 0xFFFFL) << 32;
    }

    ByteBuffer map() {
        return bytes.slice(MAP_OFFSET, MAP_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What of a content in the inode itself stands among its attributes. */
    Optional<ByteBuffer> inlineRest() {
        if (bytes.limit() <= SMALL_BYTES) {
            return Optional.empty();
        }
        int start = SMALL_BYTES + (bytes.getShort(SMALL_BYTES) & 0xFFFF);
        if (start > bytes.limit() - 20 || start % 4 != 0 || bytes.getInt(start) != ATTRIBUTES_MAGIC) {
            return Optional.empty();
        }
        int first = start + 4;
        int entry = first;
        while (entry + 16 <= bytes.limit() && bytes.getInt(entry) != 0) {
            int nameBytes = bytes.get(entry) & 0xFF;
            if (entry + 16 + nameBytes > bytes.limit()) {
                return Optional.empty();
            }
            byte[] name = new byte[nameBytes];
            bytes.get(entry + 16, name);
            if (bytes.get(entry + 1) == SYSTEM_INDEX && new String(name, StandardCharsets.ISO_8859_1).equals("data")) {
                long offset = first + (bytes.getShort(entry + 2) & 0xFFFFL);
                long length = bytes.getInt(entry + 8) & 0xFFFF_FFFFL;
                return offset + length <= bytes.limit()
                        ? Optional.of(bytes.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN))
                        : Optional.empty();
            }
            entry += 16 + (nameBytes + 3 & ~3);
        }
        return Optional.empty();
    }

    private boolean hasFlag(int flag) {
        return (bytes.getInt(0x20) & flag) != 0;
    }
}
