package org.rescuekey.partition;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs a partitioning tool as an oracle; a missing or failing one fails the test with what it said. */
final class ExternalTool {
    private ExternalTool() {}

    /** Runs a command with a text on its standard input, and returns what it printed. */
    static String run(String input, String... command) throws IOException, InterruptedException {
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C.UTF-8");
            process = builder.start();
        } catch (IOException e) {
            throw new AssertionError("this test needs " + command[0] + " (Debian packages fdisk, gdisk, mount)", e);
        }
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new AssertionError(List.of(command) + " ended with status " + status + ":\n" + output);
        }
        return output;
    }

    static String sgdisk(Path disk, String... options) throws IOException, InterruptedException {
        String[] command = new String[options.length + 2];
        command[0] = "sgdisk";
        System.arraycopy(options, 0, command, 1, options.length);
        command[command.length - 1] = disk.toString();
        return run("", command);
    }

    /** Makes a table from an sfdisk script. */
    static void sfdisk(Path disk, String script) throws IOException, InterruptedException {
        run(script, "sfdisk", "--quiet", "--no-tell-kernel", "--no-reread", "--wipe=never", disk.toString());
    }

    /** The dump of a table, without the line that names the device and with a neutral name in the others. */
    static String dump(Path disk) throws IOException, InterruptedException {
        return run("", "sfdisk", "--dump", disk.toString())
                .replaceAll("(?m)^device:.*\n", "")
                .replace(disk.toString(), "disk");
    }
}
