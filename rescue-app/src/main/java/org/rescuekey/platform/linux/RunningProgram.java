package org.rescuekey.platform.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rescuekey.error.DeviceException;

/**
 * An external program that was started: without a shell, with English messages, with nothing to read, and with a limit on
 * what is kept of its output. Closing it ends it. Safe for several threads.
 */
public final class RunningProgram implements AutoCloseable {
    private static final int OUTPUT_LIMIT_BYTES = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final String name;
    private final Process process;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Thread reader;

    private RunningProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().name("output-of-" + name).start(this::drain);
    }

    static RunningProgram start(
            Path program, List<String> command, List<String> folders, Map<String, String> environment)
            throws DeviceException {
        List<String> words = new ArrayList<>(command);
        words.set(0, program.toString());
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("PATH", String.join(":", folders));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new RunningProgram(command.getFirst(), process);
        } catch (IOException e) {
            throw new DeviceException("cannot run " + command.getFirst() + ": " + e.getMessage(), 0, e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end; tells whether it came in time. */
    public boolean waitFor(Duration limit) throws DeviceException {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** How it ended: 128 and more where a signal ended it. */
    int exitStatus() {
        return process.exitValue();
    }

    /** What it said so far; all of it once it has ended. */
    public String output() throws DeviceException {
        try {
            if (!process.isAlive()) {
                reader.join(PATIENCE);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        synchronized (output) {
            return output.toString(StandardCharsets.UTF_8).strip();
        }
    }

    private DeviceException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new DeviceException(name + " was interrupted", Abi.EINTR, e);
    }

    /** Reads to the end, so that the program never waits, and keeps the beginning. */
    private void drain() {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (output) {
                    output.write(buffer, 0, Math.min(count, OUTPUT_LIMIT_BYTES - output.size()));
                }
            }
        } catch (IOException e) {
            // The program was ended: what it said before is kept.
            return;
        }
    }

    /** Asks it to end, and ends it where it does not. */
    public void end() {
        process.destroy();
        if (!isGone()) {
            close();
        }
    }

    /** Ends it at once; what it had open is closed then, unless it waits for a disk that does not answer. */
    @Override
    public void close() {
        process.destroyForcibly();
        isGone();
    }

    private boolean isGone() {
        try {
            return process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
