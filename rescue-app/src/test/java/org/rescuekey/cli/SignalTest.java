package org.rescuekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.filesystem.Tool;

/** The program itself, as a process that gets signals while it reads a real block device. */
@Tag("loop")
@Timeout(180)
final class SignalTest {
    private static final long DISK_BYTES = 1L << 36;

    @TempDir
    private Path folder;

    private String disk = "";

    private String makeDisk() throws IOException {
        Path file = folder.resolve("disk.img");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(DISK_BYTES);
        }
        disk = Tool.run("losetup", "--find", "--show", file).strip();
        return disk;
    }

    private Process start(String... arguments) throws IOException {
        // Who runs the tests by nohup, or in the background of a script, has signals ignored, which children inherit.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx160m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        builder.redirectOutput(folder.resolve("out.txt").toFile());
        return builder.start();
    }

    private String flag() {
        return Tool.run("blockdev", "--getro", disk).strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalCancelsTheJobAndItsExitCodeSaysSo(String signal) throws Exception {
        makeDisk();
        try {
            Path images = Files.createDirectory(folder.resolve("images"));
            Process program = start("capture", disk, "--to", images.toString(), "--exact", "--no-verify");
            StringBuilder said = new StringBuilder();
            try (BufferedReader errors =
                    new BufferedReader(new InputStreamReader(program.getErrorStream(), StandardCharsets.UTF_8))) {
                boolean sent = false;
                for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                    said.append(line).append('\n');
                    if (!sent && line.startsWith("[1/")) {
                        assertThat(flag()).as("while it is read").isEqualTo("1");
                        Tool.run("kill", "-" + signal, program.pid());
                        sent = true;
                    }
                }
            }
            assertThat(program.waitFor(60, TimeUnit.SECONDS))
                    .as(said.toString())
                    .isTrue();
            assertThat(program.exitValue()).as(said.toString()).isEqualTo(130);
            assertThat(said).contains("CANCELLED", "The image is incomplete", "The source is unchanged");
            assertThat(flag()).isEqualTo("0");
            assertThat(folder.resolve("out.txt")).isEmptyFile();
            try (Stream<Path> files = Files.walk(images)) {
                assertThat(files).anyMatch(file -> file.toString().endsWith(".rkimg.partial"));
            }
        } finally {
            Tool.start("blockdev", "--setrw", disk);
            Tool.run("losetup", "--detach", disk);
        }
    }

    @Test
    void anEndWithoutASignalHasTheExitCodeOfTheCommand() throws Exception {
        Process program = start("list", folder.resolve("none").toString());
        program.getErrorStream().transferTo(java.io.OutputStream.nullOutputStream());
        assertThat(program.waitFor()).isEqualTo(1);
    }
}
