package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.platform.linux.RunningProgram;
import org.rescuekey.platform.linux.nbd.NbdServer;

/**
 * Shows devices of this program to other programs, each as a plain file: our NBD server makes it a network block device of
 * this machine, and nbdfuse makes that a file. That needs FUSE, which every kernel has, and no NBD in the kernel.
 *
 * <p>Safe for several threads.
 */
public final class Attachments {
    private static final Path FOLDER = Path.of("/run/rescuekey/views");
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Path folder;
    private final Programs programs;
    private final AtExit atExit;

    /** @param atExit takes everything away if the program ends before its time */
    public Attachments(AtExit atExit) {
        this(FOLDER, new Programs(), atExit);
    }

    /** @param folder where the files appear, each in a private folder of its own */
    public Attachments(Path folder, Programs programs, AtExit atExit) {
        this.folder = folder;
        this.programs = programs;
        this.atExit = atExit;
    }

    /**
     * Shows a device until the result is closed. A device that is read-only is shown as a file that is.
     *
     * @throws RefusedException if this system has no nbdfuse
     * @throws DeviceException if it cannot be shown, with what the system said; nothing is left then
     */
    public AttachedView attach(BlockDevice device) throws RescueException {
        if (!programs.isInstalled("nbdfuse")) {
            throw new RefusedException(
                    "The size of a file system cannot be changed here: the program nbdfuse is missing.",
                    "Install it (in Debian the package libnbd-bin has it), or start from the stick.");
        }
        Path own = makeFolder();
        NbdServer server;
        try {
            server = NbdServer.start(device, own.resolve(AttachedView.SOCKET));
        } catch (DeviceException e) {
            AttachedView.delete(own);
            throw e;
        }
        RunningProgram fuse;
        Path mountPoint = own.resolve(AttachedView.MOUNT);
        try {
            fuse = programs.start(command(mountPoint, server, device.isReadOnly()));
        } catch (DeviceException e) {
            server.close();
            AttachedView.delete(own);
            throw e;
        }
        AttachedView view = new AttachedView(device, own, mountPoint, server, fuse, programs);
        try {
            view.registerAt(atExit);
            waitFor(view, fuse);
            view.readNothingAhead();
            return view;
        } catch (RescueException | RuntimeException e) {
            try {
                view.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static List<String> command(Path mountPoint, NbdServer server, boolean readOnly) {
        String socket = server.socket().toString();
        String file = mountPoint.resolve(AttachedView.FILE).toString();
        return readOnly ? List.of("nbdfuse", "-r", file, "--unix", socket) : List.of("nbdfuse", file, "--unix", socket);
    }

    private Path makeFolder() throws DeviceException {
        try {
            Files.createDirectories(folder);
            new StaleViews(programs).sweep(folder);
            Path own = Files.createTempDirectory(
                    folder,
                    AttachedView.PREFIX,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createDirectory(own.resolve(AttachedView.MOUNT));
            return own;
        } catch (IOException e) {
            throw new DeviceException(
                    "cannot make a folder for a view in " + folder + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }

    private static void waitFor(AttachedView view, RunningProgram fuse) throws DeviceException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!view.isThere()) {
            if (fuse.waitFor(LOOK)) {
                throw new DeviceException(
                        "cannot show " + view.name() + " as a file: " + reason(fuse.output()), DeviceException.UNKNOWN);
            }
            if (System.nanoTime() - end > 0) {
                throw new DeviceException(
                        "cannot show " + view.name() + " as a file: nbdfuse did not begin within "
                                + PATIENCE.toSeconds() + " seconds",
                        DeviceException.UNKNOWN);
            }
        }
    }

    private static String reason(String output) {
        return output.isEmpty() ? "nbdfuse ended without a word" : output;
    }
}
