package org.rescuekey.windows;

/**
 * What a partition was known by, and what it will be known by. Both are of one style: turning MBR into GPT asks for more
 * than edits in place. Immutable.
 *
 * @param before what the installed system has recorded
 * @param after what it has to find
 */
public record IdentityChange(PartitionIdentity before, PartitionIdentity after) {
    public IdentityChange {
        if (before.getClass() != after.getClass()) {
            throw new IllegalArgumentException(before + " and " + after + " are of two styles");
        }
        if (!before.sector().equals(after.sector())) {
            throw new IllegalArgumentException(before.sector() + " are no sectors of " + after.sector());
        }
    }

    /** Tells whether anything that systems record about the partition becomes another. */
    public boolean isAnyChange() {
        return !before.equals(after);
    }
}
