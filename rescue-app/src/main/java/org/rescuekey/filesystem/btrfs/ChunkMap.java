package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rescuekey.error.MalformedDataException;

/** All chunks, in the order of their logical addresses; none overlaps another. Immutable. */
final class ChunkMap {
    /** Enough for 128 TiB; a map of more would not keep to its memory. */
    static final int LIMIT_CHUNKS = 1 << 17;

    private static final int KEY_BYTES = 17;

    private final List<Chunk> chunks;

    private ChunkMap(List<Chunk> chunks) {
        this.chunks = chunks;
    }

    static ChunkMap of(List<Chunk> unordered) throws MalformedDataException {
        List<Chunk> chunks = new ArrayList<>(unordered);
        chunks.sort(Comparator.comparingLong(Chunk::start));
        for (int i = 1; i < chunks.size(); i++) {
            if (chunks.get(i).start() < chunks.get(i - 1).end()) {
                throw new MalformedDataException(
                        "Btrfs chunk",
                        chunks.get(i).start(),
                        "no overlap",
                        "a chunk up to " + chunks.get(i - 1).end());
            }
        }
        return new ChunkMap(List.copyOf(chunks));
    }

    /** The chunks that the superblock itself lists: those that hold the chunk tree. */
    static ChunkMap ofSuperblock(BtrfsSuperblock superblock) throws MalformedDataException {
        ByteBuffer all = superblock.systemChunks();
        List<Chunk> chunks = new ArrayList<>();
        int at = 0;
        while (at < all.limit()) {
            long where = BtrfsSuperblock.OFFSET_BYTES + at;
            if (all.limit() - at < KEY_BYTES + Chunk.ITEM_BYTES || (all.get(at + 8) & 0xFF) != Key.CHUNK_ITEM) {
                throw new MalformedDataException(
                        "Btrfs system chunks", where, "a chunk item", (all.limit() - at) + " bytes of something else");
            }
            long start = all.getLong(at + 9);
            at += KEY_BYTES;
            int stripes = all.getShort(at + 44) & 0xFFFF;
            int length = Chunk.ITEM_BYTES + stripes * Chunk.STRIPE_BYTES;
            if (length > all.limit() - at) {
                throw new MalformedDataException(
                        "Btrfs system chunks", where, "stripes inside the superblock", Integer.toString(stripes));
            }
            chunks.add(Chunk.of(start, all.slice(at, length).order(all.order()), superblock, where));
            at += length;
        }
        return of(chunks);
    }

    List<Chunk> all() {
        return chunks;
    }

    /** The chunk that holds all of a range of logical addresses. */
    Chunk find(long address, long length) throws MalformedDataException {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).end() <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == chunks.size()
                || address < chunks.get(low).start()
                || address > chunks.get(low).end() - length) {
            throw new MalformedDataException("Btrfs address", address, "one inside a chunk", "none there");
        }
        return chunks.get(low);
    }
}
