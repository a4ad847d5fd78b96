package org.rescuekey.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The program, run on this host without a stick. */
final class HostProgram {
    private static final Path PROGRAM = Path.of("../rescue-app/target");

    private final Path folder;

    /** @param folder for what it prints */
    HostProgram(Path folder) {
        this.folder = folder;
    }

    /** What the program wrote to its standard output, and to the other. */
    record Result(int status, List<String> lines, String errors) {}

    Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                PROGRAM.resolve("classes") + ":" + PROGRAM.resolve("lib") + "/*",
                "org.rescuekey.cli.Main"));
        command.addAll(List.of(arguments));
        Path errors = Files.createDirectories(folder).resolve("errors.txt");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return new Result(process.waitFor(), lines, Files.readString(errors));
    }

    /** Lets it print the plan, and runs what it planned. */
    Result runPlanned(String... arguments) throws IOException, InterruptedException {
        Result plan = run(with(arguments, "--dry-run"));
        assertThat(plan.status()).as(plan.errors()).isZero();
        String digest = plan.lines().getLast().substring("plan ".length());
        return run(with(arguments, "--confirm", digest));
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }
}
