package org.rescuekey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Habits that are kept because a test looks after them. */
class TidyTest {
    private static final int LINES_MAX = 380;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XXX)\\b");

    @TempDir
    private Path folder;

    @Test
    void theSourcesAreTidy() throws IOException {
        Path sources = Path.of("src", "main", "java");
        assertThat(sources).as("tests run in the folder of their module").isDirectory();
        assertThat(findings(sources)).isEmpty();
    }

    @Test
    void untidySourcesAreFound() throws IOException {
        Path tidy = Files.createDirectories(folder.resolve("tidy"));
        Files.writeString(tidy.resolve("package-info.java"), "@NullMarked\npackage tidy;\n");
        Files.writeString(tidy.resolve("Tidy.java"), "class Tidy {}\n".repeat(LINES_MAX));
        assertThat(findings(folder)).isEmpty();

        Files.writeString(tidy.resolve("Long.java"), "\n".repeat(LINES_MAX + 1));
        Files.writeString(tidy.resolve("Unfinished.java"), "// TO" + "DO: more\n");
        Path bare = Files.createDirectories(folder.resolve("bare"));
        Files.writeString(bare.resolve("Bare.java"), "class Bare {}\n");
        Path unmarked = Files.createDirectories(folder.resolve("unmarked"));
        Files.writeString(unmarked.resolve("package-info.java"), "package unmarked;\n");
        assertThat(findings(folder))
                .containsExactlyInAnyOrder(
                        "tidy/Long.java has 381 lines",
                        "tidy/Unfinished.java has unfinished work in line 1",
                        "bare/package-info.java is missing",
                        "unmarked/package-info.java lacks @NullMarked");
    }

    private static List<String> findings(Path root) throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(root)) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        List<String> findings = new ArrayList<>();
        for (Path source : sources) {
            checkSource(root.relativize(source), Files.readAllLines(source), findings);
        }
        for (Path packageFolder :
                sources.stream().map(Path::getParent).distinct().toList()) {
            Path info = packageFolder.resolve("package-info.java");
            if (!Files.exists(info)) {
                findings.add(root.relativize(info) + " is missing");
            } else if (!Files.readString(info).contains("@NullMarked")) {
                findings.add(root.relativize(info) + " lacks @NullMarked");
            }
        }
        return findings;
    }

    private static void checkSource(Path name, List<String> lines, List<String> findings) {
        if (lines.size() > LINES_MAX) {
            findings.add(name + " has " + lines.size() + " lines");
        }
        for (int i = 0; i < lines.size(); i++) {
            if (UNFINISHED.matcher(lines.get(i)).find()) {
                findings.add(name + " has unfinished work in line " + (i + 1));
            }
        }
    }
}
