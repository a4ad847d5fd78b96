package org.rescuekey.device;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rescuekey.units.ExtentSet;

/**
 * Where an {@link OverlayDevice} keeps the pieces that were changed: for each piece of the view nothing, zeros, or a slot of
 * its store. Slots are given out in ascending order, so that neighbours that are written together lie together; those that
 * are given back come first again.
 *
 * <p>Costs four bytes of memory for each piece of the regions that hold a change. Confined to one thread at a time.
 */
final class OverlayIndex {
    /** The piece is that of the base. */
    static final int ABSENT = 0;

    /** The piece is zeros and has no slot. */
    static final int ZERO = -1;

    private static final int LEAF_PIECES = 1024;

    /** A leaf without a place for its pieces: all of them are zeros. So a whole disk of zeros costs next to nothing. */
    private static final int[] ALL_ZERO = {};

    private final Map<Long, int[]> leaves = new HashMap<>();
    private final int slots;
    private int nextSlot;
    private int[] free = new int[16];
    private int freeCount;

    /** @param slots how many pieces the store has room for */
    OverlayIndex(int slots) {
        this.slots = slots;
    }

    /** {@link #ABSENT}, {@link #ZERO}, or the number of a slot, counted from 1. */
    int get(long piece) {
        return place(leaves.get(piece / LEAF_PIECES), (int) (piece % LEAF_PIECES));
    }

    private static int place(int @Nullable [] leaf, int inLeaf) {
        if (leaf == null) {
            return ABSENT;
        }
        return leaf.length == 0 ? ZERO : leaf[inLeaf];
    }

    /** Says where a piece is from now on; a slot that it had is given back. */
    void set(long piece, int place) {
        int before = get(piece);
        if (before == place) {
            return;
        }
        if (before > 0) {
            giveBack(before);
        }
        int[] leaf = leaves.computeIfAbsent(piece / LEAF_PIECES, _ -> new int[LEAF_PIECES]);
        if (leaf.length == 0) {
            leaf = new int[LEAF_PIECES];
            Arrays.fill(leaf, ZERO);
            leaves.put(piece / LEAF_PIECES, leaf);
        }
        leaf[(int) (piece % LEAF_PIECES)] = place;
        if (place == ZERO && Arrays.stream(leaf).allMatch(each -> each == ZERO)) {
            leaves.put(piece / LEAF_PIECES, ALL_ZERO);
        }
    }

    /** The number of a free slot, counted from 1; 0 if there is none. */
    int take() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        return nextSlot == slots ? 0 : ++nextSlot;
    }

    void giveBack(int slot) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * free.length);
        }
        free[freeCount++] = slot;
    }

    /** How many slots hold a piece. */
    int usedSlots() {
        return nextSlot - freeCount;
    }

    /** All pieces that are not those of the base, cut off at the view's end. */
    ExtentSet extents(int pieceBytes, long sizeBytes) {
        ExtentSet.Builder held = ExtentSet.builder();
        leaves.keySet().stream().sorted().forEach(number -> {
            int[] leaf = leaves.get(number);
            for (int i = 0; i < LEAF_PIECES; i++) {
                if (place(leaf, i) != ABSENT) {
                    long start = (number * LEAF_PIECES + i) * pieceBytes;
                    held.add(start, Math.min(sizeBytes, start + pieceBytes));
                }
            }
        });
        return held.build();
    }
}
