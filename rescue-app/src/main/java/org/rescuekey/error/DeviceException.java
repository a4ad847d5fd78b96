package org.rescuekey.error;

import org.jspecify.annotations.Nullable;

/** A device, file or share did not do what was asked; carries the errno of the system call where there is one. */
public final class DeviceException extends RescueException {
    /** No errno is known. */
    public static final int UNKNOWN = 0;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int ENODEV = 19;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ENODATA = 61;
    public static final int EILSEQ = 84;

    private final int errno;

    public DeviceException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    public DeviceException(String message, int errno, @Nullable Throwable cause) {
        super(message, cause);
        this.errno = errno;
    }

    /** The errno of errno(3), or {@link #UNKNOWN}. */
    public int errno() {
        return errno;
    }

    /**
     * Tells a sector that the medium does not give (the rest of the disk may be fine) from a device that is gone or closed
     * to us. Linux makes ENODATA of a medium error and EILSEQ of a failed integrity check.
     */
    public boolean isUnreadableSector() {
        return errno == EIO || errno == ENODATA || errno == EILSEQ;
    }

    public boolean isOutOfSpace() {
        return errno == ENOSPC;
    }
}
