package org.rescuekey.platform.linux;

/** Which device numbers are serial lines and consoles of virtual machines, from the kernel's list of devices. */
final class SerialLines {
    private static final int TTY_MAJOR = 4;
    private static final int FIRST_SERIAL_MINOR = 64;
    private static final int USB_MODEM_MAJOR = 166;
    private static final int USB_SERIAL_MAJOR = 188;
    private static final int LOW_DENSITY_SERIAL_MAJOR = 204;
    private static final int VIRTUAL_CONSOLE_MAJOR = 229;

    private SerialLines() {}

    /** @param device as the kernel encodes it: the major number in bits 8 to 19, the minor number around it */
    static boolean contains(int device) {
        int major = (device >>> 8) & 0xFFF;
        int minor = (device & 0xFF) | ((device >>> 12) & 0xFFF00);
        return switch (major) {
            case TTY_MAJOR -> minor >= FIRST_SERIAL_MINOR;
            case USB_MODEM_MAJOR, USB_SERIAL_MAJOR, LOW_DENSITY_SERIAL_MAJOR, VIRTUAL_CONSOLE_MAJOR -> true;
            default -> false;
        };
    }
}
