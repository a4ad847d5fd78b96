package org.rescuekey.units;

import java.util.Locale;

/**
 * A number of bytes that prints in the words people use: "4.0 GiB" beside the exact figure.
 *
 * @param bytes the count, never negative
 */
public record ByteCount(long bytes) implements Comparable<ByteCount> {
    public static final long KIB = 1L << 10;
    public static final long MIB = 1L << 20;
    public static final long GIB = 1L << 30;
    public static final long TIB = 1L << 40;

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("a negative number of bytes: " + bytes);
        }
    }

    public static ByteCount of(long bytes) {
        return new ByteCount(bytes);
    }

    /** The count in the largest binary unit that keeps at least one whole, with one decimal: "512 B", "1.5 GiB". */
    public static String text(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** The exact count with separators and the short form: "4,294,967,296 bytes (4.0 GiB)". */
    public String exact() {
        return String.format(Locale.ROOT, "%,d bytes (%s)", bytes, text(bytes));
    }

    @Override
    public int compareTo(ByteCount other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return text(bytes);
    }
}
