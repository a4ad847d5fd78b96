package org.rescuekey.vm.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a program of the host to its end. Every call checks the exit status; a failure carries the whole
 * command and what the program said. Any thread may call it.
 */
public final class Tools {
    private static final List<String> FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private Tools() {}

    /** What a program printed, output and errors together, and its exit status. */
    public record Result(int status, String output) {}

    /** Runs the program and returns what it printed; any status but 0 is an error. */
    public static String run(Object... command) {
        Result result = attempt(command);
        if (result.status() != 0) {
            throw new IllegalStateException(
                    text(command) + " ended with status " + result.status() + ":\n" + result.output());
        }
        return result.output();
    }

    /** Runs the program and returns its status with what it printed. */
    public static Result attempt(Object... command) {
        return feed("", command);
    }

    /** Runs the program with this text as its input; any status but 0 is an error. */
    public static String runWithInput(String input, Object... command) {
        Result result = feed(input, command);
        if (result.status() != 0) {
            throw new IllegalStateException(
                    text(command) + " ended with status " + result.status() + ":\n" + result.output());
        }
        return result.output();
    }

    /** Where a program lies, also in the folders of the administrator that a user's PATH leaves out. */
    public static Path find(String program) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        program + " is missing; './rescuekey build' installs what the virtual machines need"));
    }

    private static Result feed(String input, Object... command) {
        List<String> words =
                new ArrayList<>(Stream.of(command).map(String::valueOf).toList());
        words.set(0, find(words.getFirst()).toString());
        try {
            ProcessBuilder builder = new ProcessBuilder(words);
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().put("MTOOLS_SKIP_CHECK", "1");
            Process process = builder.redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(text(command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + text(command), e);
        }
    }

    private static String text(Object... command) {
        return String.join(" ", Stream.of(command).map(String::valueOf).toList());
    }
}
