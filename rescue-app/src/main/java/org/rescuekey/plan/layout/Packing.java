package org.rescuekey.plan.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts partitions of given sizes one behind the other. Of larger sizes none ends earlier, so that a search for the largest
 * that fit can halve its range. Immutable.
 *
 * @param rows in the order of the disk
 * @param firstUsableBytes where the first may start at the earliest
 */
record Packing(List<Row> rows, long firstUsableBytes) {
    /** What lies this far before the first partition stays there: the gap in which some boot loaders live. */
    private static final long FRONT_MAX_BYTES = 16 << 20;

    /** More than any disk has. */
    static final long NOWHERE = Long.MAX_VALUE;

    /** What becomes of gaps. */
    enum Gaps {
        /** All stay up to the first partition that changes; behind it they close. */
        KEPT,
        /** All close, but for less than one MiB where a partition can stay for it. */
        CLOSED
    }

    /**
     * The place of a partition.
     *
     * @param from where its link sector stands, or its start
     */
    record Spot(long from, long start, long length) {
        long end() {
            return start + length;
        }
    }

    Packing {
        rows = List.copyOf(rows);
    }

    /** The sizes that the partitions have. */
    long[] oldSizes() {
        return rows.stream().mapToLong(row -> row.old().length()).toArray();
    }

    long[] lowSizes() {
        return rows.stream().mapToLong(Row::lowBytes).toArray();
    }

    /** Where the last partition ends, or {@link #NOWHERE} if one that cannot move is in the way. */
    long end(long[] sizes, Gaps gaps) {
        return spots(sizes, gaps)
                .map(spots ->
                        spots.isEmpty() ? firstUsableBytes : spots.getLast().end())
                .orElse(NOWHERE);
    }

    /** The places; empty if one that cannot move is in the way. */
    Optional<List<Spot>> spots(long[] sizes, Gaps gaps) {
        List<Spot> spots = new ArrayList<>();
        long end = firstUsableBytes;
        boolean stays = gaps == Gaps.KEPT;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            boolean isFront = i == 0 && row.oldFrom() <= FRONT_MAX_BYTES;
            Spot spot = spot(row, end, sizes[i], stays || isFront || !row.need().canMove());
            if (spot == null) {
                return Optional.empty();
            }
            spots.add(spot);
            end = spot.end();
            stays &= sizes[i] == row.old().length();
        }
        return Optional.of(spots);
    }

    private static @Nullable Spot spot(Row row, long freeFrom, long size, boolean stays) {
        Spot old = new Spot(row.oldFrom(), row.old().start(), size);
        if (stays) {
            return old.from() < freeFrom ? null : old;
        }
        long from = Row.up(freeFrom);
        long start = row.isLogical() ? from + Row.GRID_BYTES : from;
        return old.from() >= freeFrom && old.start() < start ? old : new Spot(from, start, size);
    }
}
