package org.rescuekey.windows.hive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rescuekey.filesystem.Tool;

/** Lets libhivex write into a hive. */
final class Regedit {
    private Regedit() {}

    /** The hive after the changes of a text of regedit. */
    static byte[] merge(byte[] hive, String text) throws IOException {
        Path file = Files.createTempFile("hive", "");
        Path changes = Files.createTempFile("hive", ".reg");
        try {
            Files.write(file, hive);
            Files.write(changes, text.getBytes(StandardCharsets.UTF_8));
            Tool.run("hivexregedit", "--merge", file, changes);
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
            Files.delete(changes);
        }
    }
}
