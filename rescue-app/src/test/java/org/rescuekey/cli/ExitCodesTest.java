package org.rescuekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.engine.BenchDisk;
import org.rescuekey.engine.Layouts;
import org.rescuekey.engine.TestBench;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/** The command line as scripts see it: results on standard output, and the exit codes that are promised. */
final class ExitCodesTest {
    private static final int COMPLETE = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int REFUSED = 3;
    private static final int DAMAGED = 6;

    private final TestBench bench = new TestBench();
    private final Typed typed = new Typed(bench.service());
    private String out = "";
    private String err = "";

    @BeforeEach
    void makeDisk() throws RescueException {
        BenchDisk disk = bench.disk("/dev/sda", 6 * TestBench.MIB);
        Layouts.gpt(disk.medium(), Layouts.part(1, 2048, 4096));
        Layouts.fill(disk.medium(), new Extent(TestBench.MIB, 2 * TestBench.MIB), 1);
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
        return exitCode;
    }

    private String lastLine() {
        return typed.lastLine();
    }

    private String captured() {
        assertThat(run("capture", "/dev/sda", "--to", bench.images())).as(err).isEqualTo(COMPLETE);
        return lastLine();
    }

    private String digest(String... arguments) {
        assertThat(run(arguments)).as(err).isEqualTo(COMPLETE);
        assertThat(lastLine()).startsWith("plan ");
        return lastLine().substring("plan ".length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "disks",
                "capture",
                "list",
                "show",
                "verify",
                "recover",
                "restore",
                "consolidate",
                "prune",
                "key",
                "write-stick",
                "tui"
            })
    void everyCommandExplainsItself(String command) {
        assertThat(run(command, "--help")).isEqualTo(COMPLETE);
        assertThat(out).contains("Usage: rescuekey " + command);
    }

    @Test
    void aPlanIsOneLineOfJson() {
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--dry-run", "--json"))
                .isEqualTo(COMPLETE);
        assertThat(out.lines()).hasSize(1);
        assertThat(out).startsWith("{").contains("\"event\":\"plan\"", "\"digest\":", "\"steps\":[");
    }

    @Test
    void aRecoveryIsTriedBeforeItIsDone() throws IOException {
        Path image = Path.of(captured());
        byte[] whole = Files.readAllBytes(image);
        Path cut = Files.write(image.resolveSibling("cut.rkimg"), Arrays.copyOf(whole, whole.length - 4096));
        Files.delete(image);
        assertThat(run("recover", cut.toString(), "--dry-run")).as(err).isEqualTo(COMPLETE);
        assertThat(out).contains("would be complete and hold");
        assertThat(cut).hasSize(whole.length - 4096);
        assertThat(run("recover", cut.toString(), "--dry-run", "--json")).isEqualTo(COMPLETE);
        assertThat(out).contains("\"state\" : \"complete\"", "\"damagedBytes\"");
        assertThat(run("recover", cut.toString(), "--json")).as(err).isEqualTo(COMPLETE);
        assertThat(out).contains("\"state\" : \"complete\"", "\"path\"");
    }

    @Test
    void theMainJobFromCaptureToRestore() {
        String image = captured();
        assertThat(Path.of(image)).exists();
        assertThat(run("list", bench.images())).isEqualTo(COMPLETE);
        assertThat(out).contains(image, "complete", "full");
        assertThat(run("show", image, "--json")).isEqualTo(COMPLETE);
        assertThat(out).contains("\"kind\" : \"full\"");
        assertThat(run("verify", image)).as(err).isEqualTo(COMPLETE);
        assertThat(run("restore", image, "--to", "/dev/sdb")).isEqualTo(REFUSED);
        String digest = digest("restore", image, "--to", "/dev/sdb", "--dry-run");
        assertThat(run("restore", image, "--to", "/dev/sdb", "--confirm", "0123456789abcdef"))
                .isEqualTo(REFUSED);
        assertThat(run("restore", image, "--to", "/dev/sdb", "--confirm", digest))
                .as(err)
                .isEqualTo(COMPLETE);
    }

    @Test
    void oneCaptureGoesToSeveralPlaces() throws IOException {
        Path second = Files.createDirectory(Path.of(bench.images()).resolveSibling("second"));
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--to", second.toString()))
                .as(err)
                .isEqualTo(COMPLETE);
        assertThat(lastLine()).startsWith(bench.images());
        String there = out.lines()
                .filter(line -> line.startsWith(second.toString()))
                .findFirst()
                .orElseThrow();
        assertThat(run("verify", there)).as(err).isEqualTo(COMPLETE);
        assertThat(run("capture", "/dev/sda", "--to", second.toString(), "--to", second.toString()))
                .isEqualTo(REFUSED);
        assertThat(err).contains("named twice");
    }

    @Test
    void aLevelIsANumberOrFollowsTheBottleneck() {
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--dry-run"))
                .isEqualTo(COMPLETE);
        assertThat(out).contains("Compression is adaptive", "--level auto");
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--dry-run", "--level", "7"))
                .isEqualTo(COMPLETE);
        assertThat(out).contains("Compressed at level 7.", "--level 7");
        for (String none : new String[] {"0", "20", "fast"}) {
            assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--level", none))
                    .isEqualTo(USAGE);
        }
    }

    @Test
    void aChainFromIncrementalToPrune() {
        String full = captured();
        String incremental = captured();
        assertThat(incremental).contains("-inc-");
        assertThat(run("show", incremental)).isEqualTo(COMPLETE);
        assertThat(out).contains("incremental", String.valueOf(Path.of(full).getFileName()));
        String set = String.valueOf(Path.of(full).getParent());
        assertThat(run("prune", set)).isEqualTo(USAGE);
        assertThat(run("prune", set, "--keep-last", "1")).isEqualTo(REFUSED);
        assertThat(err).contains("This is to delete restore points in " + set).doesNotContain("overwrite");
        String digest = digest("prune", set, "--keep-last", "1", "--dry-run");
        assertThat(run("prune", set, "--keep-last", "1", "--confirm", digest))
                .as(err)
                .isEqualTo(COMPLETE);
        assertThat(Path.of(full)).doesNotExist();
        assertThat(run("consolidate", set)).as(err).isEqualTo(COMPLETE);
        assertThat(run("capture", "/dev/sda", "--into", set, "--kind", "differential"))
                .as(err)
                .isEqualTo(COMPLETE);
    }

    @Test
    void damageIsToldFromWhatNeverWasAnImage() throws IOException {
        Path image = Path.of(captured());
        byte[] bytes = Files.readAllBytes(image);
        bytes[bytes.length / 2] ^= 1;
        Files.write(image, bytes);
        assertThat(run("verify", image.toString())).isEqualTo(DAMAGED);
        Files.writeString(image, "Dear diary");
        assertThat(run("verify", image.toString())).isEqualTo(FAILED);
        Files.delete(image);
        assertThat(run("verify", image.toString())).isEqualTo(FAILED);
    }

    @Test
    void wrongWordsAreUsage() {
        assertThat(run("capture", "/dev/sda")).isEqualTo(USAGE);
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--kind", "backward"))
                .isEqualTo(USAGE);
        assertThat(run("restore", "x")).isEqualTo(USAGE);
        assertThat(run("frobnicate")).isEqualTo(USAGE);
        assertThat(err).contains("There is no command or option \"frobnicate\"", "capture", "rescuekey --help");
        assertThat(run("capture", "/dev/sdz", "--to", bench.images())).isIn(FAILED, REFUSED);
        assertThat(run("capture", "/dev/sda", "--to", bench.images(), "--kind", "incremental"))
                .isEqualTo(REFUSED);
    }

    @Test
    void aFailureIsALineOfJsonToo() throws IOException {
        assertThat(run("capture", "/dev/sdz", "--to", bench.images(), "--json")).isIn(FAILED, REFUSED);
        JsonNode line = new ObjectMapper().readTree(lastLine());
        assertThat(line.path("event").asText()).isEqualTo("error");
        assertThat(line.path("words").asText()).contains("/dev/sdz");
        assertThat(err).contains(line.path("words").asText());
        assertThat(line.path("exitCode").asInt()).isIn(FAILED, REFUSED);

        run("capture", "/dev/sdz", "--to", bench.images());
        assertThat(out).isEmpty();
    }
}
