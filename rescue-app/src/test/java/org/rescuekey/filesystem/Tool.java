package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the tools that make and check volumes; one that is missing fails the test and says so. */
public final class Tool {
    private static final int LIMIT_SECONDS = 120;

    /** What a tool said and how it ended. */
    public record Result(String command, int status, String output) {
        public Result succeeded() {
            assertThat(status).as("%s%n%s", command, output).isZero();
            return this;
        }
    }

    private Tool() {}

    /** Runs a tool that has to succeed and returns what it said. */
    public static String run(Object... command) {
        return start(command).succeeded().output();
    }

    /** Unmounts, as soon as the kernel lets go of what was closed just before. */
    public static void unmount(Path mountPoint) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (start("umount", mountPoint).status() != 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(mountPoint + " stays busy");
            }
            run("sync", "-f", mountPoint);
        }
    }

    /** Runs a tool whatever its status. */
    public static Result start(Object... command) {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        String text = String.join(" ", words);
        try {
            Path output = Files.createTempFile("tool", ".txt");
            ProcessBuilder builder =
                    new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.redirectInput(Path.of("/dev/null").toFile());
            builder.environment().putAll(Map.of("LC_ALL", "C", "MTOOLS_SKIP_CHECK", "1"));
            builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(text + " did not end");
            }
            String said = new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1);
            Files.delete(output);
            return new Result(text, process.exitValue(), said);
        } catch (IOException e) {
            throw new UncheckedIOException("this test needs the tool " + words.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(text + " was interrupted", e);
        }
    }
}
