package org.rescuekey.platform.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.rescuekey.error.DeviceException;
import org.rescuekey.units.Extent;

/**
 * An open file descriptor with its name. Each call does all of it or throws a DeviceException with the errno; EINTR and
 * short transfers stay inside.
 *
 * <p>Safe for several threads. The descriptor is closed when {@link #close} was called and no call is under way, so
 * that a number that the kernel gives out again is never read or written by mistake.
 */
final class NativeFile implements AutoCloseable {
    private final String name;
    private final int fd;
    private final AtomicInteger users = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    private NativeFile(String name, int fd) {
        this.name = name;
        this.fd = fd;
    }

    static NativeFile open(String path, int flags) throws DeviceException {
        int fd;
        int errno;
        do {
            fd = LibC.open(path, flags | Abi.O_CLOEXEC, 0);
            errno = Native.getLastError();
        } while (fd < 0 && errno == Abi.EINTR);
        if (fd < 0) {
            throw Errno.exception("open " + path, errno);
        }
        return new NativeFile(path, fd);
    }

    String name() {
        return name;
    }

    /**
     * Fills what remains of a buffer and moves its position.
     *
     * @param buffer direct
     */
    void readFully(long offsetBytes, ByteBuffer buffer) throws DeviceException {
        acquire();
        try {
            long position = offsetBytes;
            while (buffer.hasRemaining()) {
                long count = LibC.pread(fd, address(buffer), buffer.remaining(), position);
                if (count < 0) {
                    retryOrThrow("read " + name + " at offset " + position);
                } else if (count == 0) {
                    throw new DeviceException(
                            "cannot read " + name + " at offset " + position + ": it ends there", DeviceException.EIO);
                } else {
                    position += count;
                    buffer.position(buffer.position() + Math.toIntExact(count));
                }
            }
        } finally {
            release();
            Reference.reachabilityFence(buffer);
        }
    }

    /**
     * Writes all that remains in the buffer and moves the position.
     *
     * @param buffer direct
     */
    void writeFully(long offsetBytes, ByteBuffer buffer) throws DeviceException {
        acquire();
        try {
            long position = offsetBytes;
            while (buffer.hasRemaining()) {
                long count = LibC.pwrite(fd, address(buffer), buffer.remaining(), position);
                if (count < 0) {
                    retryOrThrow("write " + name + " at offset " + position);
                } else if (count == 0) {
                    throw Errno.exception("write " + name + " at offset " + position, DeviceException.ENOSPC);
                } else {
                    position += count;
                    buffer.position(buffer.position() + Math.toIntExact(count));
                }
            }
        } finally {
            release();
            Reference.reachabilityFence(buffer);
        }
    }

    void sync() throws DeviceException {
        call("flush " + name, () -> LibC.fsync(fd));
    }

    /** An ioctl whose result is a number of so many bytes. */
    long ioctlGet(String action, long request, int resultBytes) throws DeviceException {
        try (Memory result = new Memory(Long.BYTES)) {
            result.clear();
            call(action + " of " + name, () -> LibC.ioctl(fd, request, result));
            return resultBytes == Integer.BYTES ? result.getInt(0) : result.getLong(0);
        }
    }

    /** An ioctl that takes a pointer to an int. */
    void ioctlSet(String action, long request, int value) throws DeviceException {
        try (Memory argument = new Memory(Integer.BYTES)) {
            argument.setInt(0, value);
            call(action + " of " + name, () -> LibC.ioctl(fd, request, argument));
        }
    }

    /** An ioctl without an argument. */
    void ioctl(String action, long request) throws DeviceException {
        call(action + " of " + name, () -> LibC.ioctl(fd, request, 0L));
    }

    /** An ioctl that reads or writes a structure. */
    void ioctl(String action, long request, Memory structure) throws DeviceException {
        call(action + " of " + name, () -> LibC.ioctl(fd, request, structure));
    }

    void getTerminalMode(Memory termios) throws DeviceException {
        call("get the terminal mode of " + name, () -> LibC.tcgetattr(fd, termios));
    }

    void setTerminalMode(Memory termios) throws DeviceException {
        call("set the terminal mode of " + name, () -> LibC.tcsetattr(fd, Abi.TCSADRAIN, termios));
    }

    /** An ioctl on an extent; returns the errno, 0 for success. */
    int tryIoctl(long request, Extent extent) throws DeviceException {
        try (Memory range = new Memory(2L * Long.BYTES)) {
            range.setLong(0, extent.start());
            range.setLong(Long.BYTES, extent.length());
            return tryCall(() -> LibC.ioctl(fd, request, range));
        }
    }

    /** Frees an extent of a regular file, which then reads as zero; returns the errno, 0 for success. */
    int tryPunchHole(Extent extent) throws DeviceException {
        int mode = Abi.FALLOC_FL_PUNCH_HOLE | Abi.FALLOC_FL_KEEP_SIZE;
        return tryCall(() -> LibC.fallocate(fd, mode, extent.start(), extent.length()));
    }

    /** Drops what the page cache holds of an extent; only advice, so nothing can fail. A length of 0 means to the end. */
    void dropCache(long offsetBytes, long lengthBytes) throws DeviceException {
        acquire();
        try {
            LibC.posix_fadvise(fd, offsetBytes, lengthBytes, Abi.POSIX_FADV_DONTNEED);
        } finally {
            release();
        }
    }

    /** Locks the whole file against other openers that lock; returns the errno, 0 for success. */
    int tryLock(boolean exclusive) throws DeviceException {
        try (Memory lock = new Memory(32)) {
            lock.clear(); // whence, start and length 0: the whole file; the process id must be 0
            lock.setShort(0, exclusive ? Abi.F_WRLCK : Abi.F_RDLCK);
            return tryCall(() -> LibC.fcntl(fd, Abi.F_OFD_SETLK, lock));
        }
    }

    /** Waits until there is input, or the other end has gone; returns the events of poll(2), 0 if nothing came in time. */
    int poll(int timeoutMillis) throws DeviceException {
        try (Memory polled = new Memory(2L * Integer.BYTES)) {
            polled.clear();
            polled.setInt(0, fd);
            polled.setShort(Integer.BYTES, (short) Abi.POLLIN);
            call("wait for " + name, () -> LibC.poll(polled, 1, timeoutMillis));
            return polled.getShort(Integer.BYTES + Short.BYTES) & 0xFFFF;
        }
    }

    FileStatus status() throws DeviceException {
        try (Memory result = new Memory(FileStatus.BYTES)) {
            result.clear();
            int mask = Abi.STATX_BASIC_STATS | Abi.STATX_DIOALIGN;
            call("examine " + name, () -> LibC.statx(fd, "", Abi.AT_EMPTY_PATH, mask, result));
            return FileStatus.of(result);
        }
    }

    @Override
    public void close() throws DeviceException {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }

    private void call(String action, NativeCall call) throws DeviceException {
        int errno = tryCall(call);
        if (errno != 0) {
            throw Errno.exception(action, errno);
        }
    }

    private int tryCall(NativeCall call) throws DeviceException {
        acquire();
        try {
            while (true) {
                if (call.invoke() >= 0) {
                    return 0;
                }
                int errno = Native.getLastError();
                if (errno != Abi.EINTR) {
                    return errno;
                }
            }
        } finally {
            release();
        }
    }

    private static void retryOrThrow(String action) throws DeviceException {
        int errno = Native.getLastError();
        if (errno != Abi.EINTR) {
            throw Errno.exception(action, errno);
        }
    }

    private void acquire() throws DeviceException {
        int before;
        do {
            before = users.get();
            if (before == 0 || closed.get()) {
                throw new DeviceException(name + " is closed", Abi.EBADF);
            }
        } while (!users.compareAndSet(before, before + 1));
    }

    private void release() throws DeviceException {
        if (users.decrementAndGet() == 0 && LibC.close(fd) != 0) {
            int errno = Native.getLastError();
            if (errno != Abi.EINTR) { // Linux has closed it nevertheless
                throw Errno.exception("close " + name, errno);
            }
        }
    }

    private static long address(ByteBuffer buffer) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(buffer)) + buffer.position();
    }

    @FunctionalInterface
    private interface NativeCall {
        int invoke();
    }
}
