package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real text UI on a real pseudo terminal, with the modules of the trimmed runtime: there is no AWT in it. */
@Tag("loop")
class PseudoTerminalTest {
    private static final Map<String, String> UTF8 = Map.of("LANG", "C.UTF-8");
    private static final String QUICKLY = "1";
    private static final String SLOWLY = "500";

    @TempDir
    private Path folder;

    @Test
    void aBackUpFromHomeToReport() throws Exception {
        try (Tmux tmux = start(UTF8, QUICKLY)) {
            tmux.await("Samsung SSD 970").press("b");
            tmux.await("which disk").press("Enter");
            tmux.await("[x] 4 Recovery").press("Down", "Space");
            tmux.await("[ ] 2 Microsoft reserved").press("Enter");
            tmux.await("nas:/images").press("Enter");
            tmux.await("What will be done").press("Enter");
            tmux.await("C O M P L E T E").press("Enter");
            tmux.await("Rescue Key   Home");
        }
    }

    @Test
    void aRestoreWithAWrongPhraseThenTheRightOneAndACancel() throws Exception {
        try (Tmux tmux = start(UTF8, SLOWLY)) {
            tmux.await("Samsung SSD 970").press("r");
            tmux.await("nas:/images").press("Down", "Enter");
            tmux.await("2026-11-20 22:10").press("Enter");
            tmux.await("(this stick)").press("End", "Enter");
            tmux.await("cannot be the target (this stick)").press("Home", "Enter");
            tmux.await("Afterwards").press("Enter");
            tmux.await("What will be lost").press("Enter");
            tmux.await("type the last four").press("-l", "4567").press("Enter");
            tmux.await("\"4567\" is not").press("-l", "456A").press("Enter");
            tmux.await("Throughput").press("c");
            tmux.await("Cancel this job?").press("c");
            tmux.await("C A N C E L L E D");
        }
    }

    @Test
    void aLoneEscapeAndArrowsAreToldApart() throws Exception {
        try (Tmux tmux = start(UTF8, QUICKLY)) {
            tmux.await("Samsung SSD 970").press("Down", "Down", "Down");
            tmux.await("> V  Verify").press("Enter");
            tmux.await("nas:/images").press("Escape");
            tmux.await("> V  Verify").press("Up");
            tmux.await("> C  Clone").press("F1");
            tmux.await("Rescue Key   Help").press("Escape");
            tmux.await("> C  Clone");
        }
    }

    @Test
    void aPasswordIsTakenWithoutAnEchoAndRestorePointsGoAfterTheTypedConfirmation() throws Exception {
        try (Tmux tmux = start(UTF8, QUICKLY)) {
            tmux.await("Samsung SSD 970").press("i");
            tmux.await("nas:/images").press("End", "Enter");
            tmux.await("Encrypted, WDC-WDS100T2B0A/0b77c1e4").press("Enter");
            tmux.await("This image is encrypted").press("-l", "correct horse");
            tmux.await("*************");
            assertThat(tmux.screen()).doesNotContain("corr").doesNotContain("horse");
            tmux.press("Enter");
            tmux.await("onto which disk").press("Escape");
            tmux.await("ThinkPad T480").press("n", "Down", "Down", "t");
            tmux.await("By rules").press("End", "Enter");
            tmux.await("What stays").press("Enter");
            tmux.await("To let them go").press("-l", "1f00").press("Enter");
            tmux.await("C O M P L E T E");
        }
    }

    @Test
    void theScreenFollowsTheWindow() throws Exception {
        try (Tmux tmux = start(UTF8, QUICKLY)) {
            tmux.await("Samsung SSD 970 EVO...");
            tmux.resize(120, 40);
            tmux.await("Samsung SSD 970 EVO Plus 500GB, 500.1 GB");
            tmux.resize(80, 24);
            tmux.await("Samsung SSD 970 EVO...");
            assertThat(tmux.screen().lines().toList().getLast()).contains("F1 Help");
        }
    }

    @Test
    void theShellTakesTheTerminalAndGivesItBack() throws Exception {
        try (Tmux tmux = start(UTF8, QUICKLY)) {
            tmux.await("Samsung SSD 970").press("s");
            tmux.await("shell>").press("-l", "echo sum$((40+2))").press("Enter");
            tmux.await("sum42").press("-l", "exit").press("Enter");
            tmux.await("Rescue Key   Home").press("l");
            tmux.await("Shell opened.");
        }
    }

    @Test
    void quitLeavesTheTerminalAsItWas() throws Exception {
        try (Tmux tmux = start(UTF8, QUICKLY)) {
            tmux.await("Q  Quit").press("q");
            tmux.await("ended 0");
            tmux.await(" icanon ");
            assertThat(tmux.screen())
                    .contains(" echo ")
                    .doesNotContain("-icanon")
                    .doesNotContain("Rescue Key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "HUP"})
    void aSignalCancelsTheJobAndLeavesTheTerminalAsItWas(String signal) throws Exception {
        try (Tmux tmux = start(UTF8, SLOWLY)) {
            tmux.await("Samsung SSD 970").press("b");
            tmux.await("which disk").press("Enter");
            tmux.await("[x] 4 Recovery").press("Enter");
            tmux.await("nas:/images").press("Enter");
            tmux.await("What will be done").press("Enter");
            tmux.await("Throughput");
            String program = Files.readString(folder.resolve("pid"));
            assertThat(new ProcessBuilder("kill", "-" + signal, program).start().waitFor())
                    .isZero();
            tmux.await("ended ");
            tmux.await(" icanon ");
            assertThat(tmux.screen())
                    .contains(" echo ")
                    .doesNotContain("-icanon")
                    .doesNotContain("Rescue Key");
        }
    }

    @Test
    void aLineWithoutUtf8GetsAscii() throws Exception {
        try (Tmux tmux = start(Map.of("LANG", "C", "LC_ALL", "C", "TERM", "vt100"), QUICKLY)) {
            tmux.await("Samsung SSD 970").press("b");
            tmux.await("which disk");
            assertThat(tmux.screen()).matches("[\\x20-\\x7e\\n]*").contains("+---+");
        }
    }

    private Tmux start(Map<String, String> environment, String pace) throws IOException, InterruptedException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        String java =
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
        String program = String.join(
                " ",
                java,
                "--limit-modules",
                "java.base,java.logging,jdk.unsupported",
                "--enable-native-access=ALL-UNNAMED -Xshare:auto -Xmx128m -cp",
                classPath,
                "org.rescuekey.tui.DemoMain",
                pace,
                folder.resolve("pid").toString());
        String script = program + "; echo ended $?; stty -a; cat";
        return new Tmux(folder, 80, 24, environment, List.of("sh", "-c", script));
    }
}
