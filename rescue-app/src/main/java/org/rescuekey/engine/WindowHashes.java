package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.image.Hash;
import org.rescuekey.units.Extent;

/**
 * What was written to a target, as hashes: one for each piece of it, a piece being so large that a quarter of a million of
 * them make up the whole, so that memory stays below 4 MiB whatever the target's size. The hashes of a piece's windows are added up, each
 * mixed with its place, so that windows may come in any order. Thread rule: confined to one thread at a time.
 */
final class WindowHashes {
    private static final int MOST_PIECES = 1 << 18;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private final int shift;
    private final long[] first;
    private final long[] second;

    /** @param targetBytes the size of what is written to */
    WindowHashes(long targetBytes) {
        int bits = CloneJob.WINDOW_BITS;
        while ((targetBytes >>> bits) >= MOST_PIECES) {
            bits++;
        }
        shift = bits;
        int pieces = Math.toIntExact((targetBytes >>> bits) + 1);
        first = new long[pieces];
        second = new long[pieces];
    }

    /**
     * Adds a window.
     *
     * @param offsetBytes its start on the target
     */
    void add(long offsetBytes, Hash hash) {
        int piece = Math.toIntExact(offsetBytes >>> shift);
        first[piece] += mix(hash.word0(), offsetBytes);
        second[piece] += mix(hash.word1(), offsetBytes);
    }

    /** The pieces that differ from those of others for the same target. */
    List<Extent> differences(WindowHashes other) {
        List<Extent> differences = new ArrayList<>();
        for (int i = 0; i < first.length; i++) {
            if (first[i] != other.first[i] || second[i] != other.second[i]) {
                differences.add(new Extent((long) i << shift, 1L << shift));
            }
        }
        return differences;
    }

    private static long mix(long word, long offsetBytes) {
        long value = word ^ (offsetBytes * MIX);
        value = (value ^ (value >>> 32)) * 0xD6E8_FEB8_6659_FD93L;
        return value ^ (value >>> 32);
    }
}
