package org.rescuekey.plan.layout;

import java.util.Map;

/** How a disk is to be laid out on a target. */
public sealed interface Wish {
    /** Nothing moves and nothing changes its size. */
    record AsIs() implements Wish {}

    /**
     * The last data partition that can grow takes all the room that the target has more, and what lies behind it moves to the
     * end. On a smaller target, what has most free space shrinks first.
     */
    record Fill() implements Wish {}

    /** All data partitions grow or shrink alike, as far as each can. */
    record Proportional() implements Wish {}

    /**
     * Some partitions get these sizes, all others keep theirs.
     *
     * @param sizesBytes by the number of the partition; what is not whole MiB is rounded down
     */
    record ByHand(Map<Integer, Long> sizesBytes) implements Wish {
        public ByHand {
            sizesBytes = Map.copyOf(sizesBytes);
        }
    }

    Wish AS_IS = new AsIs();
    Wish FILL = new Fill();
    Wish PROPORTIONAL = new Proportional();
}
