package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.platform.linux.RunningProgram;
import org.rescuekey.platform.linux.nbd.NbdServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device of this program that other programs see as a plain file, until it is closed. Then there is no mount, no helper
 * program, no socket and no folder of it any more, whatever went wrong before; the device stays open.
 *
 * <p>Safe for several threads.
 */
public final class AttachedView implements AutoCloseable {
    /** How the names of the private folders of views begin, and what is in each. */
    static final String PREFIX = "view";

    static final String SOCKET = "socket";
    static final String MOUNT = "view";

    /** Where the kernel mounts the file system in the file, if it has to. */
    static final String MOUNTED = "mounted";

    /** The name of the file in its mount. */
    static final String FILE = "volume";

    private static final Logger LOG = LoggerFactory.getLogger(AttachedView.class);
    private static final int UNMOUNT_ATTEMPTS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final BlockDevice device;
    private final Path folder;
    private final Path mountPoint;
    private final NbdServer server;
    private final RunningProgram fuse;
    private final Programs programs;
    private final Deque<User> users = new ArrayDeque<>();
    private AtExit.@Nullable Registration atExit;
    private boolean closed;

    /** What uses the file, and is closed before it goes away. */
    @FunctionalInterface
    interface User {
        void close() throws RescueException;
    }

    AttachedView(
            BlockDevice device,
            Path folder,
            Path mountPoint,
            NbdServer server,
            RunningProgram fuse,
            Programs programs) {
        this.device = device;
        this.folder = folder;
        this.mountPoint = mountPoint;
        this.server = server;
        this.fuse = fuse;
        this.programs = programs;
    }

    synchronized void registerAt(AtExit stages) {
        atExit = stages.register(AtExit.Stage.DEVICES, this::closeAtExit);
    }

    private void closeAtExit() {
        try {
            close();
        } catch (RescueException e) {
            LOG.error("At the end of the program", e);
        }
    }

    /** What messages call the device. */
    public String name() {
        return device.name();
    }

    /** The file that shows it. */
    public Path file() {
        return mountPoint.resolve(FILE);
    }

    /** A private folder for what uses the file; it goes away with it. */
    Path folder() {
        return folder;
    }

    /** Remembers a user, which may also be closed by whoever made it. */
    synchronized void closeFirst(User user) {
        users.push(user);
    }

    /** What the device said when it failed for the first time: the reason for what a program says of the file. */
    public Optional<RescueException> failure() {
        return server.firstFailure();
    }

    /** Tells whether the file is there, with the size of the device. */
    boolean isThere() {
        try {
            return Files.exists(file()) && Files.size(file()) == device.sizeBytes();
        } catch (IOException e) {
            return false; // on its way in or out
        }
    }

    @Override
    public synchronized void close() throws RescueException {
        if (closed) {
            return;
        }
        closed = true;
        RescueException failure = closeUsers();
        try {
            unmount();
        } catch (DeviceException e) {
            failure = failure == null ? e : failure;
        }
        fuse.end();
        try {
            server.close();
        } catch (DeviceException e) {
            failure = failure == null ? e : failure;
        }
        try {
            if (isMounted()) {
                programs.run(List.of("umount", "--lazy", "--", mountPoint.toString()));
            }
            delete(folder);
        } catch (DeviceException e) {
            failure = failure == null ? e : failure;
        }
        if (atExit != null) {
            atExit.close();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable RescueException closeUsers() {
        RescueException failure = null;
        for (User user : users) {
            try {
                user.close();
            } catch (RescueException e) {
                failure = failure == null ? e : failure;
            }
        }
        return failure;
    }

    /**
     * What a program has written is with our server when this returns. A program that was ended just before may still be on
     * its way out; one that stays is not waited for for ever.
     */
    private void unmount() throws DeviceException {
        for (int attempt = 1; isMounted(); attempt++) {
            Programs.Result result = programs.run(List.of("umount", "--", mountPoint.toString()));
            if (!result.isSuccess() && attempt == UNMOUNT_ATTEMPTS) {
                throw new DeviceException(
                        device.name() + " is still used by another program, from which it is taken away now: "
                                + result.output(),
                        DeviceException.EBUSY);
            }
            if (!result.isSuccess() && fuse.waitFor(PAUSE)) {
                break; // nobody serves the mount any more; it is taken away below
            }
        }
        fuse.waitFor(PATIENCE);
    }

    private boolean isMounted() throws DeviceException {
        return mount().isPresent();
    }

    /** The line of its mount, of which the third field is the number of its device. */
    private Optional<String> mount() throws DeviceException {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(line -> line.contains(" " + mountPoint + " ")).findFirst();
        } catch (IOException e) {
            throw new DeviceException("cannot read the mounts of this system", DeviceException.UNKNOWN, e);
        }
    }

    /**
     * Keeps the kernel from reading more than a program asks for: a bad sector that no program needs would end the job. Where
     * the kernel does not let us, it reads ahead.
     */
    void readNothingAhead() throws DeviceException {
        Optional<String> mount = mount();
        if (mount.isEmpty()) {
            return;
        }
        String number = mount.get().split(" ", 4)[2];
        try {
            Files.writeString(Path.of("/sys/class/bdi", number, "read_ahead_kb"), "0", StandardOpenOption.WRITE);
        } catch (IOException e) {
            LOG.info("{} is read ahead: {}", device.name(), e.getMessage());
        }
    }

    /** Takes away the folder of a view with all that may be in it. */
    static void delete(Path folder) throws DeviceException {
        try {
            Files.deleteIfExists(folder.resolve(SOCKET));
            Files.deleteIfExists(folder.resolve(MOUNTED));
            Files.deleteIfExists(folder.resolve(MOUNT));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new DeviceException("cannot take " + folder + " away: " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }
}
