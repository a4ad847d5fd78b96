package org.rescuekey.platform.linux;

import org.rescuekey.error.DeviceException;

/** Puts an errno into a sentence: what was tried, what the system says, and where there is one the remedy. */
final class Errno {
    private Errno() {}

    /** @param action what was tried and on what, such as "open /dev/sda" */
    static DeviceException exception(String action, int errno) {
        return new DeviceException(
                "cannot " + action + ": " + text(errno) + " (errno " + errno + ")" + hint(errno), errno);
    }

    /** The C library's text of an errno. */
    static String text(int errno) {
        return LibC.strerror(errno).getString(0);
    }

    private static String hint(int errno) {
        return switch (errno) {
            case DeviceException.EPERM, DeviceException.EACCES ->
                "; it needs the rights of root and a device that is not write-protected";
            case DeviceException.EBUSY -> "; it is mounted, held by another device or opened by another program";
            case DeviceException.EIO, Abi.EREMOTEIO -> "; the device or its cable is failing";
            case DeviceException.ENODEV, DeviceException.ENXIO, Abi.ENOMEDIUM -> "; it was unplugged or has no medium";
            case DeviceException.EROFS -> "; it is write-protected";
            default -> "";
        };
    }
}
