package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * Goes through the items of one tree in the order of their keys. It keeps one block a level. The keys of a block lie
 * between those that its parent states, so no block is met twice on a way through the tree, and each step down lowers
 * the level: there is no circle. For one thread.
 */
final class TreeCursor {
    private final TreeReader reader;
    private final TreeRoot root;
    private final @Nullable TreeBlock[] path;
    private final TreeRoot[] places;
    private final int[] slots;

    TreeCursor(TreeReader reader, TreeRoot root) {
        this.reader = reader;
        this.root = root;
        path = new @Nullable TreeBlock[root.level() + 1];
        places = new TreeRoot[root.level() + 1];
        slots = new int[root.level() + 1];
        places[root.level()] = root;
    }

    /** Goes to the first item whose key is not below another; tells whether there is one. */
    boolean seek(Key key) throws RescueException {
        for (int level = root.level(); level > 0; level--) {
            TreeBlock node = load(level);
            int slot = node.indexOfFirstFrom(key);
            boolean isExact = slot < node.count() && node.key(slot).equals(key);
            descend(level, isExact ? slot : Math.max(0, slot - 1));
        }
        slots[0] = load(0).indexOfFirstFrom(key);
        return slots[0] < load(0).count() || nextLeaf();
    }

    /** Goes to the next item; tells whether there is one. */
    boolean next() throws RescueException {
        slots[0]++;
        return slots[0] < load(0).count() || nextLeaf();
    }

    Key key() throws RescueException {
        return load(0).key(slots[0]);
    }

    /** The content of the item, little-endian. */
    ByteBuffer item() throws RescueException {
        return load(0).item(slots[0]);
    }

    private boolean nextLeaf() throws RescueException {
        int level = 1;
        while (level <= root.level() && slots[level] + 1 >= load(level).count()) {
            level++;
        }
        if (level > root.level()) {
            return false;
        }
        descend(level, slots[level] + 1);
        for (int below = level - 1; below > 0; below--) {
            descend(below, 0);
        }
        slots[0] = 0;
        if (load(0).count() == 0) {
            throw new MalformedDataException("Btrfs tree block", places[0].address(), "at least one item", "none");
        }
        return true;
    }

    /** Goes down from a node by one of its pointers. What was read below it stays only if it is the same one as before. */
    private void descend(int level, int slot) throws RescueException {
        if (slot != slots[level] || path[level - 1] == null) {
            slots[level] = slot;
            places[level - 1] = load(level).child(slot, root.owner());
            for (int below = 0; below < level; below++) {
                path[below] = null;
            }
        }
    }

    private TreeBlock load(int level) throws RescueException {
        TreeBlock block = path[level];
        if (block == null) {
            block = reader.read(places[level]);
            checkKeys(level, block);
            path[level] = block;
        }
        return block;
    }

    private void checkKeys(int level, TreeBlock block) throws RescueException {
        if (level == root.level() || block.count() == 0) {
            return;
        }
        Key first = load(level + 1).key(slots[level + 1]);
        Key end = endOf(level + 1);
        if (!block.key(0).equals(first) || block.key(block.count() - 1).compareTo(end) >= 0) {
            throw new MalformedDataException(
                    "Btrfs tree block",
                    places[level].address(),
                    "keys from " + first + " to below " + end,
                    "from " + block.key(0));
        }
    }

    /** The key that everything below the slot of a level is lower than. */
    private Key endOf(int level) throws RescueException {
        for (int above = level; above <= root.level(); above++) {
            TreeBlock block = load(above);
            if (slots[above] + 1 < block.count()) {
                return block.key(slots[above] + 1);
            }
        }
        return Key.BEYOND_ALL;
    }
}
