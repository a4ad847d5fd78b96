package org.rescuekey.platform.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * Runs external programs: without a shell, with English messages, with a limit on time and on what is kept of their
 * output. Any thread. An interrupt ends the program.
 */
public final class Programs {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private final List<String> folders;

    /** Looks for programs where the system keeps them. */
    public Programs() {
        this(FOLDERS);
    }

    /** @param folders where programs are looked for */
    public Programs(List<String> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * What a program left.
     *
     * @param exitStatus 0 for success by custom
     * @param output standard output and standard error together
     */
    public record Result(int exitStatus, String output) {
        public boolean isSuccess() {
            return exitStatus == 0;
        }
    }

    public boolean isInstalled(String program) {
        return find(program).isPresent();
    }

    private Optional<Path> find(String program) {
        return folders.stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private RunningProgram start(List<String> command, Map<String, String> environment) throws DeviceException {
        Path program = find(command.getFirst())
                .orElseThrow(() -> new DeviceException(
                        "cannot run " + command.getFirst() + ": it is not installed", DeviceException.ENOENT));
        return RunningProgram.start(program, command, folders, environment);
    }

    /** Starts a program that goes on by itself. */
    public RunningProgram start(List<String> command) throws DeviceException {
        return start(command, Map.of());
    }

    /** Runs a program to its end, whatever its exit status is. */
    public Result run(List<String> command) throws DeviceException {
        return run(command, LIMIT);
    }

    Result run(List<String> command, Duration limit) throws DeviceException {
        try (RunningProgram program = start(command)) {
            if (!program.waitFor(limit)) {
                throw new DeviceException(
                        command.getFirst() + " did not end within " + limit.toSeconds() + " seconds",
                        DeviceException.UNKNOWN);
            }
            return new Result(program.exitStatus(), program.output());
        }
    }

    /**
     * Runs a program that may take hours.
     *
     * @param environment what it finds in its environment beside what all find there
     * @param isCancelled asked all the time; once it says yes, the program is ended at once
     * @throws CancelledException if it was ended
     */
    public Result run(List<String> command, Map<String, String> environment, BooleanSupplier isCancelled)
            throws RescueException {
        try (RunningProgram program = start(command, environment)) {
            while (!program.waitFor(LOOK)) {
                if (isCancelled.getAsBoolean()) {
                    throw new CancelledException("Cancelled by the user while " + command.getFirst() + " was at work.");
                }
            }
            return new Result(program.exitStatus(), program.output());
        }
    }
}
