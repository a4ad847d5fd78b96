package org.rescuekey.units;

/**
 * A contiguous run of bytes, {@code [start, start + length)}, on a device or in a volume. Never empty.
 *
 * @param start the offset of the first byte
 * @param length the number of bytes, at least 1
 */
public record Extent(long start, long length) implements Comparable<Extent> {
    public Extent {
        if (start < 0 || length <= 0) {
            throw new IllegalArgumentException("no extent: start " + start + ", length " + length);
        }
        Math.addExact(start, length);
    }

    /** The extent from start to end, where end is the offset after the last byte. */
    public static Extent between(long start, long end) {
        return new Extent(start, Math.subtractExact(end, start));
    }

    /** The offset after the last byte. */
    public long end() {
        return start + length;
    }

    public boolean contains(long offset) {
        return offset >= start && offset < end();
    }

    public boolean contains(Extent other) {
        return other.start >= start && other.end() <= end();
    }

    public boolean overlaps(Extent other) {
        return start < other.end() && other.start < end();
    }

    /** The same bytes seen from an origin that lies {@code deltaBytes} before this one's. */
    public Extent shift(long deltaBytes) {
        return new Extent(Math.addExact(start, deltaBytes), length);
    }

    @Override
    public int compareTo(Extent other) {
        int byStart = Long.compare(start, other.start);
        return byStart != 0 ? byStart : Long.compare(length, other.length);
    }

    @Override
    public String toString() {
        return "[" + start + ", " + end() + ")";
    }
}
