package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.runs.BitRuns;

/**
 * The free space tree. For each block group it lists the free extents, or keeps bitmaps once these are many; in either
 * form it also states how many there are. For one thread.
 */
final class FreeSpaceTree implements FreeSpace {
    private static final int INFO_BYTES = 8;
    private static final int FLAG_BITMAPS = 1;

    private final TreeCursor cursor;
    private final int sectorBytes;

    FreeSpaceTree(TreeCursor cursor, int sectorBytes) {
        this.cursor = cursor;
        this.sectorBytes = sectorBytes;
    }

    @Override
    public long used(long start, long end, Sink sink) throws RescueException {
        Key info = new Key(start, Key.FREE_SPACE_INFO, end - start);
        if (!cursor.seek(info) || !cursor.key().equals(info) || cursor.item().limit() != INFO_BYTES) {
            throw malformed(start, "what is known of the block group up to " + end, "nothing");
        }
        long expected = cursor.item().getInt(0) & 0xFFFF_FFFFL;
        boolean hasBitmaps = (cursor.item().getInt(4) & FLAG_BITMAPS) != 0;
        Group group = new Group(start, sink);
        while (cursor.next() && Long.compareUnsigned(cursor.key().objectId(), end) < 0) {
            Key key = cursor.key();
            int type = hasBitmaps ? Key.FREE_SPACE_BITMAP : Key.FREE_SPACE_EXTENT;
            long length = key.offset();
            if (key.type() != type
                    || key.objectId() < group.itemEnd
                    || length <= 0
                    || length > end - key.objectId()
                    || (key.objectId() | length) % sectorBytes != 0) {
                throw malformed(
                        key.objectId(), "free space from " + group.itemEnd + " to below " + end, key.toString());
            }
            if (hasBitmaps) {
                bitmap(group, key, cursor.item());
            } else {
                group.free(key.objectId(), key.objectId() + length);
            }
            group.itemEnd = key.objectId() + length;
        }
        if (hasBitmaps && group.itemEnd != end) {
            throw malformed(group.itemEnd, "bitmaps up to " + end, "none");
        }
        if (group.count != expected) {
            throw malformed(start, expected + " free extents", Long.toString(group.count));
        }
        return group.close(end);
    }

    private void bitmap(Group group, Key key, ByteBuffer bits) throws MalformedDataException {
        long bitCount = key.offset() / sectorBytes;
        if (bits.limit() != (bitCount + 7) / 8 || key.objectId() != group.itemEnd) {
            throw malformed(key.objectId(), "a bit for each sector from " + group.itemEnd, bits.limit() + " bytes");
        }
        BitRuns.scan(
                bits,
                bitCount,
                (first, last) -> group.free(key.objectId() + first * sectorBytes, key.objectId() + last * sectorBytes));
    }

    private static MalformedDataException malformed(long address, String expected, String actual) {
        return new MalformedDataException("Btrfs free space tree", address, expected, actual);
    }

    /** Turns the free extents of one block group into the used ones between them. */
    private static final class Group {
        private final Sink sink;
        private long itemEnd;
        private long position;
        private long lastFree = -1;
        private long used;
        private long count;

        private Group(long start, Sink sink) {
            this.sink = sink;
            this.itemEnd = start;
            this.position = start;
        }

        /** A run at the end of one bitmap goes on in the next one. */
        private void free(long start, long end) {
            use(start);
            count += start == lastFree ? 0 : 1;
            lastFree = end;
            position = end;
        }

        private long close(long end) {
            use(end);
            return used;
        }

        private void use(long end) {
            if (end > position) {
                sink.used(position, end);
                used += end - position;
            }
        }
    }
}
