package org.rescuekey.platform.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rescuekey.device.DeviceOpener.SourceGuard;
import org.rescuekey.error.DeviceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets sources read-only in the kernel (BLKROSET) and sets them back. A device that several guards protect is set back
 * by the last of them; one that was read-only before is left so. If the program ends while a guard is open, everything is
 * set back once the jobs have ended. Safe for several threads.
 */
final class ReadOnlyGuards {
    private static final Logger LOG = LoggerFactory.getLogger(ReadOnlyGuards.class);

    private final Map<String, Integer> guardsOfDevice = new HashMap<>();
    private final Set<String> setByUs = new HashSet<>();

    ReadOnlyGuards(AtExit atExit) {
        atExit.register(AtExit.Stage.DEVICES, this::restoreAtExit);
    }

    /**
     * Protects devices together: all of them or, with an exception, none.
     *
     * @param paths the disk before its partitions
     */
    synchronized ReadOnlyGuard protect(List<String> paths) throws DeviceException {
        List<String> writable = new ArrayList<>();
        for (String path : paths) {
            if (!setByUs.contains(path)
                    && !isReadOnly(path)) { // all are asked first: partitions inherit the disk's flag
                writable.add(path);
            }
        }
        List<String> done = new ArrayList<>();
        try {
            for (String path : writable) {
                set(path, true);
                setByUs.add(path);
                done.add(path);
            }
        } catch (DeviceException e) {
            restore(done, e);
            throw e;
        }
        paths.forEach(path -> guardsOfDevice.merge(path, 1, Integer::sum));
        return new ReadOnlyGuard(this, paths);
    }

    static boolean isReadOnly(String path) throws DeviceException {
        try (NativeFile device = NativeFile.open(path, Abi.O_RDONLY)) {
            return device.ioctlGet("get the read-only flag", Abi.BLKROGET, Integer.BYTES) != 0;
        }
    }

    /** What to do about a device that stayed read-only because nobody was left to set it back. */
    static String remedy(String path) {
        return "If a program that read it as a source was killed, \"blockdev --setrw " + path
                + "\" makes it writable again.";
    }

    private static void set(String path, boolean readOnly) throws DeviceException {
        try (NativeFile device = NativeFile.open(path, Abi.O_RDONLY)) {
            device.ioctlSet(readOnly ? "set read-only" : "set writable again", Abi.BLKROSET, readOnly ? 1 : 0);
        }
    }

    private synchronized void release(List<String> paths) throws DeviceException {
        List<String> unused = new ArrayList<>();
        for (String path : paths) {
            int left = guardsOfDevice.merge(path, -1, Integer::sum);
            if (left == 0) {
                guardsOfDevice.remove(path);
                if (setByUs.contains(path)) {
                    unused.add(path);
                }
            }
        }
        DeviceException failure = null;
        for (String path : unused.reversed()) {
            try {
                restore(path);
            } catch (DeviceException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void restore(List<String> paths, DeviceException cause) {
        for (String path : paths.reversed()) {
            try {
                restore(path);
            } catch (DeviceException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private void restore(String path) throws DeviceException {
        setByUs.remove(path);
        try {
            set(path, false);
        } catch (DeviceException e) {
            if (!isGone(e.errno())) {
                throw e;
            }
        }
    }

    private static boolean isGone(int errno) {
        return errno == DeviceException.ENOENT || errno == DeviceException.ENXIO || errno == DeviceException.ENODEV;
    }

    private synchronized void restoreAtExit() {
        for (String path : List.copyOf(setByUs)) {
            try {
                restore(path);
            } catch (DeviceException e) {
                LOG.warn("{} stays read-only: {}", path, e.getMessage());
            }
        }
    }

    /** The protection of one source. */
    static final class ReadOnlyGuard implements SourceGuard {
        private final ReadOnlyGuards guards;
        private final List<String> paths;
        private final AtomicBoolean closed = new AtomicBoolean();

        private ReadOnlyGuard(ReadOnlyGuards guards, List<String> paths) {
            this.guards = guards;
            this.paths = List.copyOf(paths);
        }

        @Override
        public void close() throws DeviceException {
            if (closed.compareAndSet(false, true)) {
                guards.release(paths);
            }
        }
    }
}
