package org.rescuekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.engine.BenchDisk;
import org.rescuekey.engine.Layouts;
import org.rescuekey.engine.TestBench;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/** Passwords on the command line: where they come from, and what is said and returned without them. */
final class KeyCommandTest {
    private static final String PASSWORD = "Brieftaubenzucht 1887";
    private static final int REFUSED = 3;
    private static final int USAGE = 2;

    private final TestBench bench = new TestBench();
    private final Typed typed = new Typed(bench.service());
    private String out = "";
    private String err = "";

    @TempDir
    private Path folder;

    @BeforeEach
    void makeDisk() throws RescueException {
        BenchDisk disk = bench.disk("/dev/sda", 6 * TestBench.MIB);
        Layouts.gpt(disk.medium(), Layouts.part(1, 2048, 4096));
        Layouts.content(disk.medium(), new Extent(TestBench.MIB, 2 * TestBench.MIB), 1);
        bench.disk("/dev/sdb", 6 * TestBench.MIB);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private int run(String... arguments) {
        int exitCode = typed.run(arguments);
        out = typed.out();
        err = typed.err();
        assertThat(out + err).doesNotContain(PASSWORD);
        return exitCode;
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private String image() throws IOException {
        int exitCode = run(
                "capture", "/dev/sda", "--to", bench.images(), "--encrypt", "--password-file", file("old", PASSWORD));
        assertThat(exitCode).as(err).isZero();
        List<String> lines = out.lines().toList();
        return lines.getLast();
    }

    @Test
    void aPasswordFromAFileWithOrWithoutALineBreakIsTheSame() throws IOException {
        String image = image();
        for (String end : List.of("", "\n", "\r\n")) {
            assertThat(run("verify", image, "--password-file", file("again", PASSWORD + end)))
                    .as(err)
                    .isZero();
        }
        assertThat(run("verify", image, "--password-file", file("again", PASSWORD + "\n\n")))
                .isEqualTo(REFUSED);
    }

    @Test
    void whatCanBeDoneWithKeysExplainsItself() {
        for (String action : List.of("list", "add", "change", "remove")) {
            assertThat(run("key", action, "--help")).as(err).isZero();
            assertThat(out).contains("Usage: rescuekey key " + action, "Example:");
        }
    }

    @Test
    void aPasswordIsInOneSlotOnlyAndASlotHasANumber() throws IOException {
        String image = image();
        String password = file("pw", PASSWORD);
        assertThat(run("key", "add", image, "--password-file", password, "--new-password-file", password))
                .isEqualTo(REFUSED);
        assertThat(err).contains("in key slot 1 already");
        for (String slot : List.of("0", "-1", "9")) {
            assertThat(run("key", "remove", image, "--slot", slot, "--password-file", password))
                    .isEqualTo(USAGE);
        }
    }

    @Test
    void whoGivesAPasswordThatOpensNothingGetsNoPlainImage() throws IOException {
        image();
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--password-file", file("wrong", "x")))
                .isEqualTo(REFUSED);
        assertThat(err).contains("would not be encrypted");
    }

    @Test
    void aTrialNamesTheImagesAndChangesNothing() throws IOException {
        String image = image();
        byte[] before = Files.readAllBytes(Path.of(image));
        String name = String.valueOf(Path.of(image).getFileName());
        assertThat(run("key", "add", image, "--dry-run")).as(err).isZero();
        assertThat(out).contains("Key slot 2 would be written in:", name);
        assertThat(run("key", "remove", image, "--dry-run", "--json")).as(err).isZero();
        assertThat(out).contains("\"dryRun\" : true", name);
        assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
        assertThat(run("key", "list", image, "--json")).as(err).isZero();
        assertThat(out).contains("\"slot\" : 1", "\"images\"", name);
    }

    @Test
    void withoutTerminalAndOptionTheUsageSaysWhatToGive() throws IOException {
        String image = image();
        for (List<String> command : List.of(
                List.of("verify", image),
                List.of("restore", image, "--to", "/dev/sdb", "--dry-run"),
                List.of("key", "remove", image),
                List.of("capture", "/dev/sda", "--to", bench.images(), "--encrypt"))) {
            assertThat(run(command.toArray(String[]::new)))
                    .as("%s: %s", command, err)
                    .isEqualTo(USAGE);
            assertThat(err).contains("--password-file FILE", "--password-fd N");
        }
    }

    @Test
    void aWrongPasswordIsRefusedByThatName() throws IOException {
        String image = image();
        String wrong = file("wrong", "Brieftaubenzucht 1888");
        for (List<String> command : List.of(
                List.of("verify", image),
                List.of("show", image),
                List.of("restore", image, "--to", "/dev/sdb", "--dry-run"),
                List.of("key", "remove", image, "--slot", "1"))) {
            String[] all = Arrays.copyOf(command.toArray(String[]::new), command.size() + 2);
            all[command.size()] = "--password-file";
            all[command.size() + 1] = wrong;
            assertThat(run(all)).as("%s: %s", command, err).isEqualTo(REFUSED);
            assertThat(err).containsIgnoringCase("wrong password");
        }
    }

    @Test
    void onATerminalAPasswordIsAskedForAndANewOneTwice() throws IOException {
        typed.onTerminal(PASSWORD, "something else");
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--encrypt"))
                .isEqualTo(REFUSED);
        assertThat(err).contains("differ");
        typed.onTerminal(PASSWORD, PASSWORD);
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--encrypt"))
                .as(err)
                .isZero();
        String image = out.lines().toList().getLast();
        typed.onTerminal(PASSWORD);
        assertThat(run("verify", image)).as(err).isZero();
        assertThat(typed.isAllTyped()).isTrue();
    }

    @Test
    void withoutThePasswordAnImageIsListedShownAndCheckedForItsStructure() throws IOException {
        String image = image();
        assertThat(run("list", bench.images())).isZero();
        assertThat(out).contains("encrypted", image);
        assertThat(run("show", image)).isZero();
        assertThat(out).contains("with a password").doesNotContain("partition 1");
        assertThat(run("verify", image, "--quick")).as(err).isZero();
        assertThat(err).contains("without its password");
        assertThat(run("show", image, "--json", "--password-file", file("again", PASSWORD)))
                .isZero();
        assertThat(out).contains("\"protection\" : \"encrypted\"", "\"partitions\"");
    }

    private String digest(String... arguments) {
        assertThat(run(arguments)).as(err).isZero();
        return out.lines().toList().getLast().substring("plan ".length());
    }

    /** Three images of an encrypted set; returns its directory. */
    private String set() throws IOException {
        String image = image();
        String password = file("old", PASSWORD);
        for (int i = 0; i < 2; i++) {
            assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--password-file", password))
                    .as(err)
                    .isZero();
        }
        bench.service().keys().forget();
        return String.valueOf(Path.of(image).getParent());
    }

    private void assertOneImageThatVerifies(String set, String words) throws IOException {
        bench.service().keys().forget();
        assertThat(run("list", set)).isZero();
        assertThat(out.lines().filter(line -> line.contains(".rkimg"))).hasSize(1);
        String merged = out.lines()
                .filter(line -> line.contains(".rkimg"))
                .map(line -> line.substring(line.indexOf('/')).strip())
                .findFirst()
                .orElseThrow();
        assertThat(run("verify", merged, "--password-file", file("again", PASSWORD)))
                .as(err)
                .isZero();
        assertThat(run("show", merged, "--json", "--password-file", file("again", PASSWORD)))
                .isZero();
        assertThat(out).contains(words);
    }

    @Test
    void withoutThePasswordASetIsPruned() throws IOException {
        String set = set();
        String digest = digest("prune", set, "--keep-last", "1", "--dry-run");
        assertThat(out).contains("Without the password");
        assertThat(run("prune", set, "--keep-last", "1", "--confirm", digest))
                .as(err)
                .isZero();
        assertOneImageThatVerifies(set, "index-not-proven");
    }

    @Test
    void withoutThePasswordASetIsConsolidated() throws IOException {
        String set = set();
        String digest = digest("consolidate", set, "--dry-run");
        assertThat(run("consolidate", set, "--confirm", digest)).as(err).isZero();
        assertOneImageThatVerifies(set, "index-not-proven");
    }

    @Test
    void withThePasswordTheIndexOfAMergerIsProven() throws IOException {
        String set = set();
        String password = file("old", PASSWORD);
        assertThat(run("consolidate", set, "--dry-run", "--password-file", file("wrong", "something")))
                .isEqualTo(REFUSED);
        String digest = digest("consolidate", set, "--dry-run", "--password-file", password);
        assertThat(out).doesNotContain("Without the password");
        assertThat(run("consolidate", set, "--confirm", digest, "--password-file", password))
                .as(err)
                .isZero();
        assertOneImageThatVerifies(set, "\"protection\" : \"encrypted\"");
    }

    @Test
    void passwordsAreListedAddedChangedAndRemoved() throws IOException {
        String image = image();
        String old = file("old", PASSWORD);
        String second = file("second", "zwei");
        String third = file("third", "drei");
        assertThat(run("key", "add", image, "--password-file", old, "--new-password-file", second))
                .as(err)
                .isZero();
        assertThat(run("key", "change", image, "--password-file", second, "--new-password-file", third))
                .as(err)
                .isZero();
        assertThat(run("verify", image, "--password-file", second)).isEqualTo(REFUSED);
        assertThat(run("verify", image, "--password-file", third)).as(err).isZero();
        assertThat(run("key", "list", image)).isZero();
        assertThat(out.lines()).hasSize(2).allMatch(line -> line.contains("Argon2id"));
        assertThat(run("key", "remove", image, "--password-file", old)).as(err).isZero();
        assertThat(run("key", "remove", image, "--password-file", third)).isEqualTo(REFUSED);
        assertThat(err).contains("is the last");
        assertThat(run("key", "list", image)).isZero();
        assertThat(out).startsWith("slot 2").hasLineCount(1);
    }

    @Test
    void aPlainImageHasNoPasswords() throws IOException {
        assertThat(run("capture", "/dev/sda", "--to", bench.images())).as(err).isZero();
        String image = out.lines().toList().getLast();
        assertThat(run("key", "list", image)).isEqualTo(REFUSED);
        assertThat(run("key")).isEqualTo(USAGE);
    }
}
