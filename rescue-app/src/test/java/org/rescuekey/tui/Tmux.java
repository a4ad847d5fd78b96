package org.rescuekey.tui;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program on a pseudo terminal of tmux, with a server of its own. */
final class Tmux implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;
    private static final long POLL_MILLIS = 50;

    private final String socket;

    /** Starts a command, a word each, on a terminal of a size, with some variables in its environment. */
    Tmux(Path folder, int columns, int rows, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        this.socket = folder.resolve("tmux").toString();
        List<String> words = new ArrayList<>(
                List.of("-u", "-f", "/dev/null", "new-session", "-d", "-x", "" + columns, "-y", "" + rows, "env"));
        environment.forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(command);
        tmux(words);
    }

    /** Presses keys by the names that tmux has for them. */
    Tmux press(String... keys) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("send-keys"));
        words.addAll(List.of(keys));
        tmux(words);
        return this;
    }

    void resize(int columns, int rows) throws IOException, InterruptedException {
        tmux(List.of("resize-window", "-x", "" + columns, "-y", "" + rows));
    }

    String screen() throws IOException, InterruptedException {
        return tmux(List.of("capture-pane", "-p"));
    }

    /** Waits until the screen shows a text; fails with the screen if it does not come. */
    Tmux await(String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        String screen = screen();
        while (!screen.contains(text)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("\"" + text + "\" did not come; the screen is:\n" + screen);
            }
            Thread.sleep(POLL_MILLIS);
            screen = screen();
        }
        return this;
    }

    private String tmux(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tmux", "-S", socket));
        command.addAll(words);
        Path output = Files.createTempFile("tmux", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int status = process.waitFor();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (status != 0) {
                throw new IOException("tmux (Debian package tmux) said: " + text);
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            tmux(List.of("kill-server"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
