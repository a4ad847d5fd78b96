package org.rescuekey.plan.layout;

import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.rescuekey.plan.layout.Packing.Gaps;

/**
 * Chooses sizes that fit before an end. Every search rests on this: larger sizes never end earlier. The smallest sizes must
 * fit; nobody else sees to that. Immutable.
 *
 * @param endBytes where the last partition must end at the latest
 */
record SizeChooser(Packing packing, long endBytes) {
    /**
     * Sizes, and what becomes of gaps with them.
     *
     * @param sizes in the order of the rows
     */
    record Chosen(List<Long> sizes, Gaps gaps) {
        static Chosen of(long[] sizes, Gaps gaps) {
            return new Chosen(
                    IntStream.range(0, sizes.length).mapToObj(i -> sizes[i]).toList(), gaps);
        }

        long[] array() {
            return sizes.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** Sizes that are given; gaps close only if they must. */
    Chosen given(long[] sizes) {
        return Chosen.of(sizes, fits(sizes, Gaps.KEPT) ? Gaps.KEPT : Gaps.CLOSED);
    }

    /** The last that can grow takes what is left; if too much is asked for already, what has most free space shrinks first. */
    Chosen fill() {
        long[] old = packing.oldSizes();
        Chosen kept = given(old);
        if (!fits(old, kept.gaps())) {
            return Chosen.of(levelled(), Gaps.CLOSED);
        }
        long[] sizes = old;
        for (int i = sizes.length - 1; i >= 0; i--) {
            sizes = grown(sizes, i, kept.gaps());
        }
        return Chosen.of(sizes, kept.gaps());
    }

    private long[] grown(long[] sizes, int row, Gaps gaps) {
        long high = packing.rows().get(row).highBytes();
        LongFunction<long[]> sizesFor = steps -> {
            long larger = Row.down(sizes[row] + steps * Row.GRID_BYTES);
            return with(sizes, row, steps == 0 ? sizes[row] : Math.clamp(larger, sizes[row], high));
        };
        if (high == sizes[row]) {
            return sizes;
        }
        long[] larger = sizesFor.apply(largest(steps -> fits(sizesFor.apply(steps), gaps)));
        return larger[row] - sizes[row] < Row.GRID_BYTES ? sizes : larger;
    }

    /** All that shrink keep the same free space, as far as they had it: the one that had most gives first. */
    private long[] levelled() {
        List<Row> rows = packing.rows();
        LongFunction<long[]> sizesFor = level -> rows.stream()
                .mapToLong(row -> Math.min(row.old().length(), row.lowBytes() + level * Row.GRID_BYTES))
                .toArray();
        long[] sizes = sizesFor.apply(largest(level -> fits(sizesFor.apply(level), Gaps.CLOSED)));
        return rounded(sizes, packing.oldSizes());
    }

    /** All that can change get the same multiple of what they had, as far as each can. */
    Chosen proportional() {
        List<Row> rows = packing.rows();
        long base = rows.stream()
                .filter(row -> row.lowBytes() < row.highBytes())
                .mapToLong(row -> row.old().length() / Row.GRID_BYTES)
                .max()
                .orElse(0);
        if (base == 0) {
            return given(packing.oldSizes());
        }
        LongFunction<long[]> sizesFor =
                part -> rows.stream().mapToLong(row -> share(row, part, base)).toArray();
        long[] sizes = sizesFor.apply(largest(part -> fits(sizesFor.apply(part), Gaps.CLOSED)));
        return Chosen.of(rounded(sizes, rows.stream().mapToLong(Row::highBytes).toArray()), Gaps.CLOSED);
    }

    /** A size that would differ by less than a MiB stays as it is. */
    private static long share(Row row, long part, long base) {
        long size = row.old().length();
        long share = Row.down((long) ((double) size * part / base));
        boolean isNearly = Math.abs(size - share) < Row.GRID_BYTES;
        return Math.clamp(isNearly ? size : share, row.lowBytes(), row.highBytes());
    }

    /** Gives out what halving has left, a MiB at a time. */
    private long[] rounded(long[] sizes, long[] highest) {
        long[] best = sizes;
        for (int i = 0; i < sizes.length; i++) {
            long[] more = with(best, i, Math.min(highest[i], Row.down(best[i] + Row.GRID_BYTES)));
            boolean isWorthwhile = more[i] - best[i] >= Row.GRID_BYTES
                    || (more[i] > best[i]
                            && best[i] != packing.rows().get(i).old().length());
            best = isWorthwhile && fits(more, Gaps.CLOSED) ? more : best;
        }
        return best;
    }

    /** The largest size of one row that fits, with all others as small as they can be. */
    long largestOf(int row) {
        return grown(packing.lowSizes(), row, Gaps.CLOSED)[row];
    }

    boolean fits(long[] sizes, Gaps gaps) {
        return packing.end(sizes, gaps) <= endBytes;
    }

    /** The largest number of MiB of this room for which something holds that holds for 0 and up to some number. */
    private long largest(java.util.function.LongPredicate holds) {
        long low = 0;
        long high = Math.max(0, endBytes) / Row.GRID_BYTES + 1;
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (holds.test(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long[] with(long[] sizes, int row, long size) {
        long[] changed = sizes.clone();
        changed[row] = size;
        return changed;
    }
}
