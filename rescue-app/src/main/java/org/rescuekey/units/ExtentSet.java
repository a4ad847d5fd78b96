package org.rescuekey.units;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A set of bytes as extents that are sorted, disjoint and not adjacent. Immutable, and kept as two arrays of longs: 16
 * bytes for each run, so that the used map of a large volume fits in memory.
 */
public final class ExtentSet implements Iterable<Extent> {
    private static final ExtentSet EMPTY = new ExtentSet(new long[0], new long[0]);

    private final long[] starts;
    private final long[] ends;

    private ExtentSet(long[] starts, long[] ends) {
        this.starts = starts;
        this.ends = ends;
    }

    public static ExtentSet empty() {
        return EMPTY;
    }

    public static ExtentSet of(Extent... extents) {
        Builder builder = new Builder();
        for (Extent extent : extents) {
            builder.add(extent);
        }
        return builder.build();
    }

    /** A builder that takes extents in any order; cheapest when they come in ascending order. */
    public static Builder builder() {
        return new Builder();
    }

    public int size() {
        return starts.length;
    }

    public boolean isEmpty() {
        return starts.length == 0;
    }

    public Extent get(int index) {
        return Extent.between(starts[index], ends[index]);
    }

    /** The number of bytes in all extents together. */
    public long totalBytes() {
        long total = 0;
        for (int i = 0; i < starts.length; i++) {
            total = Math.addExact(total, ends[i] - starts[i]);
        }
        return total;
    }

    public boolean contains(long offset) {
        int index = indexOfLastStartAtOrBelow(offset);
        return index >= 0 && offset < ends[index];
    }

    /** Tells whether every byte of the extent is in the set. */
    public boolean contains(Extent extent) {
        int index = indexOfLastStartAtOrBelow(extent.start());
        return index >= 0 && extent.end() <= ends[index];
    }

    public boolean intersects(Extent extent) {
        int index = indexOfFirstEndAbove(extent.start());
        return index < starts.length && starts[index] < extent.end();
    }

    /** The index of the first extent that ends after an offset; {@link #size()} if there is none. */
    public int indexOfFirstEndAbove(long offset) {
        int low = 0;
        int high = ends.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    public ExtentSet union(ExtentSet other) {
        Builder builder = new Builder();
        forEach(builder::add);
        other.forEach(builder::add);
        return builder.build();
    }

    /** The bytes of this set that lie inside the window. */
    public ExtentSet intersect(Extent window) {
        Builder builder = new Builder();
        for (int i = indexOfFirstEndAbove(window.start()); i < starts.length && starts[i] < window.end(); i++) {
            builder.add(Math.max(starts[i], window.start()), Math.min(ends[i], window.end()));
        }
        return builder.build();
    }

    public ExtentSet intersect(ExtentSet other) {
        Builder builder = new Builder();
        int mine = 0;
        int theirs = 0;
        while (mine < starts.length && theirs < other.starts.length) {
            long start = Math.max(starts[mine], other.starts[theirs]);
            long end = Math.min(ends[mine], other.ends[theirs]);
            if (start < end) {
                builder.add(start, end);
            }
            if (ends[mine] < other.ends[theirs]) {
                mine++;
            } else {
                theirs++;
            }
        }
        return builder.build();
    }

    /** The bytes of the window that are not in this set. */
    public ExtentSet complement(Extent window) {
        Builder builder = new Builder();
        long position = window.start();
        for (int i = indexOfFirstEndAbove(window.start()); i < starts.length && starts[i] < window.end(); i++) {
            if (starts[i] > position) {
                builder.add(position, starts[i]);
            }
            position = ends[i];
        }
        if (position < window.end()) {
            builder.add(position, window.end());
        }
        return builder.build();
    }

    public ExtentSet subtract(ExtentSet other) {
        Builder builder = new Builder();
        for (int i = 0; i < starts.length; i++) {
            other.complement(Extent.between(starts[i], ends[i])).forEach(builder::add);
        }
        return builder.build();
    }

    /** Every extent moved by so many bytes. */
    public ExtentSet shift(long deltaBytes) {
        long[] movedStarts = starts.clone();
        long[] movedEnds = ends.clone();
        for (int i = 0; i < movedStarts.length; i++) {
            movedStarts[i] = Math.addExact(movedStarts[i], deltaBytes);
            movedEnds[i] = Math.addExact(movedEnds[i], deltaBytes);
        }
        if (movedStarts.length > 0 && movedStarts[0] < 0) {
            throw new ArithmeticException("an extent would start at " + movedStarts[0]);
        }
        return new ExtentSet(movedStarts, movedEnds);
    }

    /** Every extent widened to whole units of a power of two, then cut off at a limit. */
    public ExtentSet align(long unitBytes, long limitBytes) {
        if (Long.bitCount(unitBytes) != 1) {
            throw new IllegalArgumentException("unit " + unitBytes + " is no power of two");
        }
        Builder builder = new Builder();
        for (int i = 0; i < starts.length; i++) {
            long end = Math.min(limitBytes, Math.addExact(ends[i], unitBytes - 1) & -unitBytes);
            builder.add(starts[i] & -unitBytes, end);
        }
        return builder.build();
    }

    public Stream<Extent> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    @Override
    public Iterator<Extent> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < starts.length;
            }

            @Override
            public Extent next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return get(next++);
            }
        };
    }

    private int indexOfLastStartAtOrBelow(long offset) {
        int index = Arrays.binarySearch(starts, offset);
        return index >= 0 ? index : -index - 2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExtentSet that && Arrays.equals(starts, that.starts) && Arrays.equals(ends, that.ends);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(starts) + Arrays.hashCode(ends);
    }

    @Override
    public String toString() {
        return starts.length > 20
                ? starts.length + " extents, " + totalBytes() + " bytes"
                : stream().toList().toString();
    }

    /** Collects extents; not for use by several threads. */
    public static final class Builder {
        private long[] starts = new long[16];
        private long[] ends = new long[16];
        private int count;
        private boolean sorted = true;

        private Builder() {}

        public Builder add(Extent extent) {
            return add(extent.start(), extent.end());
        }

        /** Adds {@code [start, end)}; an empty run is ignored, a negative one refused. */
        public Builder add(long start, long end) {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("no extent: start " + start + ", end " + end);
            }
            if (start == end) {
                return this;
            }
            if (count > 0 && start >= starts[count - 1] && start <= ends[count - 1]) {
                ends[count - 1] = Math.max(ends[count - 1], end);
                return this;
            }
            sorted &= count == 0 || start > ends[count - 1];
            if (count == starts.length) {
                int larger = Math.addExact(count, Math.max(16, count / 2));
                starts = Arrays.copyOf(starts, larger);
                ends = Arrays.copyOf(ends, larger);
            }
            starts[count] = start;
            ends[count] = end;
            count++;
            return this;
        }

        public ExtentSet build() {
            if (count == 0) {
                return EMPTY;
            }
            return sorted ? new ExtentSet(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count)) : merged();
        }

        private ExtentSet merged() {
            long[][] from = {starts, ends};
            long[][] into = {new long[count], new long[count]};
            for (int width = 1; width < count; width *= 2) {
                for (int left = 0; left < count; left += 2 * width) {
                    int right = Math.min(count, left + width);
                    merge(from, left, right, Math.min(count, left + 2 * width), into);
                }
                long[][] merged = into;
                into = from;
                from = merged;
            }
            Builder inOrder = new Builder();
            for (int i = 0; i < count; i++) {
                inOrder.add(from[0][i], from[1][i]);
            }
            return inOrder.build();
        }

        /** Merges two sorted neighbours, without an object for each extent: a hostile volume may name millions. */
        private static void merge(long[][] from, int left, int right, int end, long[][] into) {
            int a = left;
            int b = right;
            for (int i = left; i < end; i++) {
                boolean isLeft = b == end || (a < right && from[0][a] <= from[0][b]);
                int next = isLeft ? a++ : b++;
                into[0][i] = from[0][next];
                into[1][i] = from[1][next];
            }
        }
    }
}
