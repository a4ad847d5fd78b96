package org.rescuekey.windows.bcd;

import org.rescuekey.windows.hive.HiveValue;

/** What elements of a boot store are called, in the words of bcdedit. */
final class BootElements {
    static final int DEVICE = 0x1100_0001;
    static final int OS_DEVICE = 0x2100_0001;
    static final int DEFAULT = 0x2300_0003;
    static final int RESUME = 0x2300_0006;
    static final int DISPLAY_ORDER = 0x2400_0001;
    /** Nothing that names a device is larger, paths in it included. */
    private static final int LENGTH_MAX = 64 << 10;

    private static final int FORMAT = 0x0F00_0000;
    private static final int DEVICE_FORMAT = 0x0100_0000;

    private BootElements() {}

    /** Tells whether an element names a device; the others are never touched. */
    static boolean isDevice(int code, HiveValue value) {
        return (code & FORMAT) == DEVICE_FORMAT && isBlob(value);
    }

    /** Tells whether a value is of the sort and size that can name partitions. */
    static boolean isBlob(HiveValue value) {
        return value.type() == HiveValue.BINARY && value.lengthBytes() <= LENGTH_MAX;
    }

    static String name(int code) {
        return switch (code) {
            case DEVICE -> "device";
            case OS_DEVICE -> "osdevice";
            case 0x2100_0026 -> "filedevice";
            case 0x3100_0003 -> "ramdisksdidevice";
            case DEFAULT -> "default";
            case RESUME -> "resumeobject";
            case DISPLAY_ORDER -> "displayorder";
            default -> "element " + Integer.toHexString(code);
        };
    }
}
