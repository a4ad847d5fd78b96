package org.rescuekey.windows.hive;

import java.util.List;
import org.rescuekey.error.MalformedDataException;

/**
 * Reads the list of a key's subkeys: one leaf, or a root of leaves. A root inside a root is not allowed, so there is
 * nothing to recurse into; and no more entries are taken than the key says it has. One instance reads one list.
 */
final class SubkeyList {
    private static final int ENTRIES = 4;

    private final Cells cells;
    private final int[] offsets;
    private int filled;

    SubkeyList(Cells cells, int count) {
        this.cells = cells;
        this.offsets = new int[count];
    }

    void read(int listOffset, List<Integer> lists) throws MalformedDataException {
        Cell list = cells.at(listOffset, "registry key's list of subkeys");
        lists.add(listOffset);
        if (list.mark().equals("ri")) {
            int count = list.u16(2);
            for (int i = 0; i < count; i++) {
                int leafOffset = list.i32(ENTRIES + 4 * i);
                lists.add(leafOffset);
                leaf(cells.at(leafOffset, "registry key's list of subkeys"));
            }
        } else {
            leaf(list);
        }
        if (filled != offsets.length) {
            throw list.malformed(2, offsets.length + " subkeys", filled + " subkeys");
        }
    }

    int[] offsets() {
        return offsets;
    }

    private void leaf(Cell leaf) throws MalformedDataException {
        int entryBytes =
                switch (leaf.mark()) {
                    case "lf", "lh" -> 8;
                    case "li" -> 4;
                    default ->
                        throw leaf.malformed(0, "the mark \"lf\", \"lh\" or \"li\"", Integer.toHexString(leaf.u16(0)));
                };
        int count = leaf.u16(2);
        leaf.need(ENTRIES, (long) count * entryBytes);
        // An empty leaf would let a root name leaves without end, at no cost to the limit on entries.
        if (count == 0 || count > offsets.length - filled) {
            throw leaf.malformed(2, "1 to " + (offsets.length - filled) + " entries", count + " entries");
        }
        for (int i = 0; i < count; i++) {
            offsets[filled] = leaf.i32(ENTRIES + entryBytes * i);
            filled++;
        }
    }
}
