package org.rescuekey.tui.model;

import java.util.Locale;

/** The sizes of disks as they are sold: in powers of ten. What lies on a disk is counted in powers of two. */
public final class Sizes {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Sizes() {}

    /** The size as printed on a disk: "500.1 GB". */
    public static String asSold(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
