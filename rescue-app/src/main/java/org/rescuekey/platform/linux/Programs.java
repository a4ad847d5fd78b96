package org.rescuekey.platform.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.rescuekey.error.DeviceException;

/**
 * Runs external programs: without a shell, with English messages, with a limit on time and on what is kept of their
 * output. Stateless; any thread. An interrupt ends the program.
 */
final class Programs {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int OUTPUT_LIMIT_BYTES = 1 << 20;
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

    /**
     * What a program left.
     *
     * @param exitStatus 0 for success by custom
     * @param output standard output and standard error together
     */
    record Result(int exitStatus, String output) {
        boolean isSuccess() {
            return exitStatus == 0;
        }
    }

    boolean isInstalled(String program) {
        return FOLDERS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Runs a program to its end, whatever its exit status is. */
    Result run(List<String> command) throws DeviceException {
        return run(command, LIMIT);
    }

    Result run(List<String> command, Duration limit) throws DeviceException {
        Process process = start(command);
        try {
            FutureTask<byte[]> output = new FutureTask<>(() -> drain(process.getInputStream()));
            Thread.ofPlatform().daemon().name("output-of-" + command.getFirst()).start(output);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new DeviceException(
                        command.getFirst() + " did not end within " + limit.toSeconds() + " seconds",
                        DeviceException.UNKNOWN);
            }
            return new Result(process.exitValue(), new String(output.get(), StandardCharsets.UTF_8).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException(command.getFirst() + " was interrupted", Abi.EINTR, e);
        } catch (ExecutionException e) {
            throw new DeviceException(
                    "cannot read the output of " + command.getFirst(), DeviceException.UNKNOWN, e.getCause());
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(List<String> command) throws DeviceException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("PATH", String.join(":", FOLDERS));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw new DeviceException("cannot run " + command.getFirst() + ": " + e.getMessage(), 0, e);
        }
    }

    /** Reads to the end, so that the program never waits, and keeps the beginning. */
    private static byte[] drain(InputStream in) throws IOException {
        try (in) {
            byte[] kept = in.readNBytes(OUTPUT_LIMIT_BYTES);
            in.transferTo(OutputStream.nullOutputStream());
            return kept;
        }
    }
}
