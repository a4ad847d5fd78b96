package org.rescuekey.platform.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The functions of the C library that Rescue Key calls, mapped directly. Each returns what the manual page says; on -1
 * the errno is in {@link Native#getLastError()} of the calling thread until its next native call. Nothing here checks
 * or explains an error: that is the work of {@link NativeFile} and {@link Errno}.
 *
 * <p>Addresses go as {@code long}: a pointer has 64 bits on every machine that this runs on, and a position in a direct
 * buffer can be added to it.
 */
final class LibC {
    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    static native int open(String path, int flags, int mode);

    static native int close(int fd);

    static native long pread(int fd, long address, long countBytes, long offsetBytes);

    static native long pwrite(int fd, long address, long countBytes, long offsetBytes);

    static native int fsync(int fd);

    static native int ioctl(int fd, long request, long argument);

    static native int ioctl(int fd, long request, Memory argument);

    static native int fcntl(int fd, int command, Memory argument);

    static native int fallocate(int fd, int mode, long offsetBytes, long lengthBytes);

    /** Returns the error number itself, not -1. */
    static native int posix_fadvise(int fd, long offsetBytes, long lengthBytes, int advice);

    static native int statx(int directoryFd, String path, int flags, int mask, Memory result);

    static native int poll(Memory files, long count, int timeoutMillis);

    static native int tcgetattr(int fd, Memory termios);

    static native int tcsetattr(int fd, int when, Memory termios);

    static native Pointer strerror(int errno);
}
