package org.rescuekey.image;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.Map;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/** Turns what java.nio throws into a {@link DeviceException} with an errno and a sentence. */
public final class StoreErrors {
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EFBIG = 27;
    static final int ESTALE = 116;
    static final int EDQUOT = 122;

    /** The JDK passes the C library's text on; it is the only trace of the errno. */
    private static final Map<String, Integer> ERRNO_BY_TEXT = Map.ofEntries(
            Map.entry("no space left on device", DeviceException.ENOSPC),
            Map.entry("disk quota exceeded", EDQUOT),
            Map.entry("file too large", EFBIG),
            Map.entry("read-only file system", DeviceException.EROFS),
            Map.entry("input/output error", DeviceException.EIO),
            Map.entry("no such file or directory", DeviceException.ENOENT),
            Map.entry("permission denied", DeviceException.EACCES),
            Map.entry("operation not permitted", DeviceException.EPERM),
            Map.entry("device or resource busy", DeviceException.EBUSY),
            Map.entry("no such device or address", DeviceException.ENXIO),
            Map.entry("no such device", DeviceException.ENODEV),
            Map.entry("stale file handle", ESTALE));

    private static final Map<Integer, String> SENTENCES = Map.of(
            DeviceException.ENOSPC,
            "no space is left",
            EDQUOT,
            "the disk quota is used up",
            EFBIG,
            "the file system there does not hold files this large",
            DeviceException.EROFS,
            "the file system there is read-only",
            DeviceException.EIO,
            "the device reports an input/output error",
            DeviceException.ENOENT,
            "it is not there",
            DeviceException.EACCES,
            "permission denied",
            EEXIST,
            "the name is taken");

    private StoreErrors() {}

    /** The exception for a failed action, such as "Writing a.rkimg". */
    public static RescueException of(String action, IOException failure) {
        if (failure instanceof RescueException rescue) {
            return rescue;
        }
        int errno = errno(failure);
        String why = SENTENCES.getOrDefault(errno, String.valueOf(failure.getMessage()));
        return new DeviceException(action + " failed: " + why, errno, failure);
    }

    static RescueException readOnly(String action, ReadOnlyFileSystemException failure) {
        return new DeviceException(
                action + " failed: " + SENTENCES.get(DeviceException.EROFS), DeviceException.EROFS, failure);
    }

    private static int errno(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> DeviceException.ENOENT;
            case FileAlreadyExistsException _ -> EEXIST;
            case AccessDeniedException _ -> DeviceException.EACCES;
            case NotDirectoryException _ -> ENOTDIR;
            case ClosedChannelException _ -> DeviceException.UNKNOWN;
            default -> byText(String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT));
        };
    }

    private static int byText(String message) {
        int errno = DeviceException.UNKNOWN;
        int longest = 0;
        for (Map.Entry<String, Integer> entry : ERRNO_BY_TEXT.entrySet()) {
            if (message.endsWith(entry.getKey()) && entry.getKey().length() > longest) {
                errno = entry.getValue();
                longest = entry.getKey().length();
            }
        }
        return errno;
    }
}
