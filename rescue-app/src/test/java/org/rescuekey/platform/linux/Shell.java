package org.rescuekey.platform.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs the tools that tests check against; a tool that is missing or fails fails the test with its output. */
final class Shell {
    private Shell() {}

    static String run(String... command) throws IOException {
        Result result = tryRun(command);
        if (result.exitStatus() != 0) {
            throw new IOException(
                    String.join(" ", command) + " gave exit status " + result.exitStatus() + ": " + result.output());
        }
        return result.output();
    }

    static Result tryRun(String... command) throws IOException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output.strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    record Result(int exitStatus, String output) {}
}
