package org.rescuekey.plan.layout;

/**
 * What is known of a partition's content when its disk is laid out anew. Why something cannot be done ends a sentence that the
 * partition's name begins: "partition 3 (XFS, data)" "is XFS, which cannot be made smaller".
 *
 * @param number the partition's number
 * @param label what a user knows it by: "partition 3 (NTFS, Windows)"
 * @param usedBytes what is in use of it; for words only
 * @param minimumBytes the smallest size that its volume can have; counts only where it can shrink
 * @param maximumBytes the largest; counts only where it can grow
 * @param whyNotSmaller empty if it can shrink
 * @param whyNotLarger empty if it can grow
 * @param whyNotElsewhere empty if it can move
 */
public record PartitionNeed(
        int number,
        String label,
        long usedBytes,
        long minimumBytes,
        long maximumBytes,
        String whyNotSmaller,
        String whyNotLarger,
        String whyNotElsewhere) {
    public PartitionNeed {
        if (usedBytes < 0 || minimumBytes < 0 || maximumBytes < 0) {
            throw new IllegalArgumentException("a negative size in what " + label + " needs");
        }
    }

    /** What keeps its size for one reason, and can move. */
    public static PartitionNeed fixed(int number, String label, long usedBytes, String why) {
        return new PartitionNeed(number, label, usedBytes, 0, 0, why, why, "");
    }

    /** What can have any size from a minimum on, anywhere. */
    public static PartitionNeed flexible(int number, String label, long usedBytes, long minimumBytes) {
        return new PartitionNeed(number, label, usedBytes, minimumBytes, Long.MAX_VALUE, "", "", "");
    }

    /** The same, and it must stay where it is. */
    PartitionNeed nailedDown(String why) {
        return new PartitionNeed(
                number, label, usedBytes, minimumBytes, maximumBytes, whyNotSmaller, whyNotLarger, why);
    }

    public boolean canShrink() {
        return whyNotSmaller.isEmpty();
    }

    public boolean canGrow() {
        return whyNotLarger.isEmpty();
    }

    public boolean canMove() {
        return whyNotElsewhere.isEmpty();
    }
}
