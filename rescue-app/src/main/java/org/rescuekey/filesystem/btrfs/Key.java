package org.rescuekey.filesystem.btrfs;

import java.util.Comparator;

/**
 * The key of an item of a tree; the numbers at its ends are unsigned.
 *
 * @param objectId what it is about
 * @param type what is told of it, 0 to 255; 256 in a key that is larger than any
 * @param offset depends on the type
 */
record Key(long objectId, int type, long offset) implements Comparable<Key> {
    static final int ROOT_ITEM = 132;
    static final int EXTENT_ITEM = 168;
    static final int METADATA_ITEM = 169;
    static final int BLOCK_GROUP_ITEM = 192;
    static final int FREE_SPACE_INFO = 198;
    static final int FREE_SPACE_EXTENT = 199;
    static final int FREE_SPACE_BITMAP = 200;
    static final int DEVICE_EXTENT = 204;
    static final int DEVICE_ITEM = 216;
    static final int CHUNK_ITEM = 228;
    static final int TEMPORARY_ITEM = 248;
    static final int DEVICE_REPLACE = 250;

    static final Key LOWEST = new Key(0, 0, 0);
    static final Key BEYOND_ALL = new Key(-1, 256, 0);

    private static final Comparator<Key> ORDER = Comparator.<Key, Long>comparing(Key::objectId, Long::compareUnsigned)
            .thenComparingInt(Key::type)
            .thenComparing(Key::offset, Long::compareUnsigned);

    @Override
    public int compareTo(Key other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "(" + Long.toUnsignedString(objectId) + " " + type + " " + Long.toUnsignedString(offset) + ")";
    }
}
