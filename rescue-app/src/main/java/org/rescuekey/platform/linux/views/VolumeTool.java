package org.rescuekey.platform.linux.views;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.engine.JobControl;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.platform.linux.Programs;

/**
 * Runs the external programs that work on file systems, on views alone: looks first whether each is there in a version that
 * is known, ends it when the job is cancelled, and says what the view itself failed at before it says what the program made
 * of that. Safe for several threads.
 */
final class VolumeTool {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})");

    private final Attachments attachments;
    private final Programs programs;

    VolumeTool(Attachments attachments, Programs programs) {
        this.attachments = attachments;
        this.programs = programs;
    }

    /**
     * A program that is needed.
     *
     * @param name its command
     * @param versionOption makes it say its version
     * @param fromPackage where a user gets it from
     * @param major the first part of the oldest version that is known to do what is asked of it
     * @param minor the second part
     */
    record Needed(String name, String versionOption, String fromPackage, int major, int minor) {}

    /** What is done with the file that shows a view. */
    @FunctionalInterface
    interface Work<T> {
        T on(Session session) throws RescueException;
    }

    /** @throws RefusedException if the program is not there, or too old */
    void require(Needed needed) throws RescueException {
        if (!programs.isInstalled(needed.name())) {
            throw new RefusedException(
                    "The size of this file system cannot be changed here: the program " + needed.name()
                            + " is missing.",
                    "Install the package " + needed.fromPackage() + ", or start from the stick.");
        }
        String said =
                programs.run(List.of(needed.name(), needed.versionOption())).output();
        Matcher version = VERSION.matcher(said);
        if (!version.find()) {
            throw new RefusedException(
                    "The program " + needed.name() + " does not say its version.",
                    "Use the one of the package " + needed.fromPackage() + ", or start from the stick.");
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        if (major < needed.major() || (major == needed.major() && minor < needed.minor())) {
            throw new RefusedException(
                    "The program " + needed.name() + " " + version.group() + " is too old.",
                    "Use version " + needed.major() + "." + needed.minor() + " or later, or start from the stick.");
        }
    }

    /** Shows a view as a file that can be changed, for a piece of work. */
    <T> T change(BlockDevice view, JobControl control, Work<T> work) throws RescueException {
        return attached(view, control, work);
    }

    /** Shows a view as a file that cannot be changed, for a piece of work. */
    <T> T look(BlockDevice view, JobControl control, Work<T> work) throws RescueException {
        return attached(new ReadOnlyDevice(view), control, work);
    }

    private <T> T attached(BlockDevice view, JobControl control, Work<T> work) throws RescueException {
        control.checkpoint();
        AttachedView attached = attachments.attach(view);
        T result;
        try {
            result = work.on(new Session(attached, control));
        } catch (RescueException | RuntimeException e) {
            try {
                attached.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        attached.close();
        if (attached.failure().isPresent()) {
            throw attached.failure().get(); // a program that overlooked it has not succeeded
        }
        return result;
    }

    /** A view while programs can see it. */
    final class Session {
        private final AttachedView attached;
        private final JobControl control;

        private Session(AttachedView attached, JobControl control) {
            this.attached = attached;
            this.control = control;
        }

        String file() {
            return attached.file().toString();
        }

        String viewName() {
            return attached.name();
        }

        /** Runs a program with the file as its last argument, to its end, whatever its exit status. */
        Programs.Result run(List<String> command) throws RescueException {
            List<String> words = new ArrayList<>(command);
            words.add(file());
            return runAsIs(words, Map.of());
        }

        /**
         * Runs a program whose words name the file already.
         *
         * @throws RescueException what the view failed at, if it did: the program could only say "Input/output error"
         */
        Programs.Result runAsIs(List<String> command, Map<String, String> environment) throws RescueException {
            control.checkpoint();
            Programs.Result result = programs.run(command, environment, control::isCancelled);
            if (attached.failure().isPresent()) {
                throw attached.failure().get();
            }
            return result;
        }

        /** Has the kernel mount the file, until the result is closed or the view goes away. */
        LoopMount mount(String type, String options) throws RescueException {
            control.checkpoint();
            LoopMount mount = LoopMount.mount(
                    programs, attached.file(), type, options, attached.folder().resolve(AttachedView.MOUNTED));
            attached.closeFirst(mount::close);
            return mount;
        }

        /** What a program that has failed leads to. */
        DeviceException failed(String program, Programs.Result result) {
            String end = result.exitStatus() > 128
                    ? program + " was ended by signal " + (result.exitStatus() - 128)
                    : program + " gave exit status " + result.exitStatus();
            return new DeviceException(
                    "The size of the file system of " + attached.name() + " could not be changed: " + end
                            + (result.output().isEmpty() ? "" : " and said: " + lastLines(result.output())),
                    DeviceException.UNKNOWN);
        }
    }

    /** What a program says at the end is why it failed. */
    static String lastLines(String output) {
        List<String> lines = output.lines()
                .map(line -> line.substring(line.lastIndexOf('\r') + 1).strip())
                .filter(line -> !line.isEmpty())
                .toList();
        return String.join(" ", lines.subList(Math.max(0, lines.size() - 4), lines.size()));
    }
}
