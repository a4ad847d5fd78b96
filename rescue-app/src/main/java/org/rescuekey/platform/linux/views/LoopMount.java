package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.platform.linux.Programs;

/**
 * A file with a file system that the kernel has mounted, through a loop device, until this is closed. Closing it twice does
 * nothing more. Safe for several threads.
 */
final class LoopMount implements AutoCloseable {
    private static final int UNMOUNT_ATTEMPTS = 20;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Programs programs;
    private final String loop;
    private final Path folder;
    private boolean closed;

    private LoopMount(Programs programs, String loop, Path folder) {
        this.programs = programs;
        this.loop = loop;
        this.folder = folder;
    }

    /**
     * Mounts a file.
     *
     * @param folder where; it is made, and taken away again
     * @throws RefusedException if this kernel does not know the file system, or has no loop devices
     */
    static LoopMount mount(Programs programs, Path file, String type, String options, Path folder)
            throws RescueException {
        Programs.Result loop = programs.run(List.of("losetup", "--find", "--show", "--", file.toString()));
        if (!loop.isSuccess()) {
            throw refused(type, loop);
        }
        LoopMount mount = new LoopMount(programs, loop.output(), folder);
        try {
            Files.createDirectory(folder);
            Programs.Result result = programs.run(List.of(
                    "mount", "-t", type, "-o", "nosuid,nodev,noexec," + options, "--", mount.loop, folder.toString()));
            if (!result.isSuccess()) {
                // The kernel had its chance to load what it needs for it.
                throw isKnown(type)
                        ? new DeviceException(
                                "cannot mount a view as " + type + ": " + VolumeTool.lastLines(result.output()),
                                DeviceException.UNKNOWN)
                        : refused(type, result);
            }
            return mount;
        } catch (IOException e) {
            mount.close();
            throw e instanceof RescueException known ? known : failed(folder, e);
        }
    }

    private static boolean isKnown(String type) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/filesystems"))) {
            return lines.anyMatch(line -> line.strip().equals(type));
        }
    }

    private static RefusedException refused(String type, Programs.Result result) {
        return new RefusedException(
                "The size of a " + type + " volume cannot be changed here, because this system cannot mount it: "
                        + VolumeTool.lastLines(result.output()),
                "Start from the stick, or keep the volume's size.");
    }

    private static DeviceException failed(Path folder, IOException e) {
        return new DeviceException("cannot use " + folder + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
    }

    String loop() {
        return loop;
    }

    Path folder() {
        return folder;
    }

    @Override
    public synchronized void close() throws RescueException {
        if (closed) {
            return;
        }
        closed = true;
        DeviceException busy = null;
        try {
            unmount();
        } catch (DeviceException e) {
            busy = e;
        }
        programs.run(List.of("losetup", "--detach", loop));
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            busy = busy == null ? failed(folder, e) : busy;
        }
        if (busy != null) {
            throw busy;
        }
    }

    private void unmount() throws DeviceException {
        for (int attempt = 1; isMounted(); attempt++) {
            Programs.Result result = programs.run(List.of("umount", "--", folder.toString()));
            if (!result.isSuccess() && attempt == UNMOUNT_ATTEMPTS) {
                programs.run(List.of("umount", "--lazy", "--", folder.toString()));
                throw new DeviceException("cannot unmount a view: " + result.output(), DeviceException.EBUSY);
            }
            if (!result.isSuccess()) {
                pause();
            }
        }
    }

    private static void pause() throws DeviceException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted while a view was still mounted", DeviceException.EBUSY, e);
        }
    }

    private boolean isMounted() throws DeviceException {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.anyMatch(line -> line.contains(" " + folder + " "));
        } catch (IOException e) {
            throw new DeviceException("cannot read the mounts of this system", DeviceException.UNKNOWN, e);
        }
    }
}
