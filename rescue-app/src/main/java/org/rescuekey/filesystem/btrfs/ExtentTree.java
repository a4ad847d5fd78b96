package org.rescuekey.filesystem.btrfs;

import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/** The extent tree, which lists what is in use, one extent an item. For one thread. */
final class ExtentTree implements FreeSpace {
    private final TreeCursor cursor;
    private final int sectorBytes;
    private final int nodeBytes;

    ExtentTree(TreeCursor cursor, BtrfsSuperblock superblock) {
        this.cursor = cursor;
        this.sectorBytes = superblock.sectorBytes();
        this.nodeBytes = superblock.nodeBytes();
    }

    @Override
    public long used(long start, long end, Sink sink) throws RescueException {
        long total = 0;
        long position = start;
        for (boolean more = cursor.seek(new Key(start, 0, 0)); more; more = cursor.next()) {
            Key key = cursor.key();
            if (Long.compareUnsigned(key.objectId(), end) >= 0) {
                break;
            }
            if (key.type() != Key.EXTENT_ITEM && key.type() != Key.METADATA_ITEM) {
                continue;
            }
            long first = key.objectId();
            long length = key.type() == Key.METADATA_ITEM ? nodeBytes : key.offset();
            if (first < position || length <= 0 || length > end - first || (first | length) % sectorBytes != 0) {
                throw new MalformedDataException(
                        "Btrfs extent",
                        first,
                        "whole sectors from " + position + " to below " + end,
                        length + " bytes");
            }
            sink.used(first, first + length);
            total += length;
            position = first + length;
        }
        return total;
    }
}
