package org.rescuekey.windows.hive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.rescuekey.error.MalformedDataException;

/**
 * Walks a whole hive, with a stack of its own. Each cell may be reached once, so the walk ends after as many steps as
 * there are cells, whatever the bytes say. One instance makes one walk.
 */
final class HiveCheck {
    /** No key lies deeper: what Windows allows. */
    static final int DEPTH_MAX = 512;

    private final Hive hive;
    private final BitSet reached = new BitSet();
    private int[] keys = new int[64];
    private int[] depths = new int[64];
    private int waiting;

    HiveCheck(Hive hive) {
        this.hive = hive;
    }

    void run() throws MalformedDataException {
        push(hive.rootOffset(), 0);
        while (waiting > 0) {
            waiting--;
            check(HiveKey.parse(hive, keys[waiting]), depths[waiting]);
        }
    }

    private void check(HiveKey key, int depth) throws MalformedDataException {
        List<Integer> lists = new ArrayList<>();
        for (int value : key.valueOffsets(lists)) {
            for (int cell : HiveValue.parse(hive, value).cells()) {
                reach(cell);
            }
        }
        int[] children = key.childOffsets(lists);
        for (int list : lists) {
            reach(list);
        }
        for (int child : children) {
            push(child, depth + 1);
        }
    }

    private void push(int key, int depth) throws MalformedDataException {
        if (depth > DEPTH_MAX) {
            throw malformed(key, "at most " + DEPTH_MAX + " levels of keys", "more");
        }
        reach(key);
        if (waiting == keys.length) {
            keys = Arrays.copyOf(keys, 2 * waiting);
            depths = Arrays.copyOf(depths, 2 * waiting);
        }
        keys[waiting] = key;
        depths[waiting] = depth;
        waiting++;
    }

    private void reach(int offset) throws MalformedDataException {
        hive.cells().at(offset, hive.what());
        if (reached.get(offset / 8)) {
            throw malformed(offset, "a cell that one key or value has for itself", "a second reference to it");
        }
        reached.set(offset / 8);
    }

    private MalformedDataException malformed(int offset, String expected, String actual) {
        return new MalformedDataException(hive.what(), BaseBlock.BYTES + (long) offset, expected, actual);
    }
}
