package org.rescuekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.engine.BenchDisk;
import org.rescuekey.engine.Layouts;
import org.rescuekey.engine.TestBench;
import org.rescuekey.units.Extent;

/** "--then" powers off or restarts after a complete job and after no other end; "--limit" takes rates. */
final class ThenOptionTest {
    private final TestBench bench = new TestBench();
    private final Typed typed = new Typed(bench.service());
    private BenchDisk source;

    @BeforeEach
    void makeDisks() throws Exception {
        source = bench.disk("/dev/sda", 6 * TestBench.MIB);
        Layouts.gpt(source.medium(), Layouts.part(1, 2048, 4096));
        Layouts.fill(source.medium(), new Extent(TestBench.MIB, 2 * TestBench.MIB), 1);
        bench.disk("/dev/sdb", 6 * TestBench.MIB);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private int capture(String... more) {
        String[] arguments =
                Arrays.copyOf(new String[] {"capture", "/dev/sda", "--to", bench.images()}, 4 + more.length);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return typed.run(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"power-off", "reboot"})
    void aCompleteCaptureIsFollowed(String then) {
        assertThat(capture("--then", then)).as(typed.err()).isZero();
        assertThat(typed.power()).containsExactly(then);
        assertThat(Path.of(typed.lastLine())).exists();
    }

    @Test
    void withoutTheOptionTheMachineStaysOn() {
        assertThat(capture()).isZero();
        assertThat(typed.power()).isEmpty();
    }

    @Test
    void aCaptureWithUnreadableSectorsIsNotFollowed() {
        source.asSource(device ->
                new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(2 * TestBench.MIB, 512))));
        assertThat(capture("--then", "power-off")).isEqualTo(4);
        assertThat(typed.power()).isEmpty();
        assertThat(typed.err()).contains("The machine stays on");
    }

    @Test
    void aRestoreIsFollowedOnlyIfItIsComplete() throws Exception {
        assertThat(capture()).isZero();
        String image = typed.lastLine();
        assertThat(typed.run("restore", image, "--to", "/dev/sdb", "--dry-run")).isZero();
        String digest = typed.lastLine().substring("plan ".length());
        assertThat(typed.run("restore", image, "--to", "/dev/sdb", "--confirm", "0123456789abcdef", "--then", "reboot"))
                .isEqualTo(3);
        assertThat(typed.power()).isEmpty();
        byte[] bytes = Files.readAllBytes(Path.of(image));
        byte[] damaged = bytes.clone();
        Arrays.fill(damaged, bytes.length / 2, bytes.length / 2 + 64, (byte) 0x5a);
        Files.write(Path.of(image), damaged);
        assertThat(typed.run("restore", image, "--to", "/dev/sdb", "--confirm", digest, "--then", "reboot"))
                .isNotZero();
        assertThat(typed.power()).isEmpty();
        Files.write(Path.of(image), bytes);
        assertThat(typed.run("restore", image, "--to", "/dev/sdb", "--dry-run")).isZero();
        digest = typed.lastLine().substring("plan ".length());
        assertThat(typed.run("restore", image, "--to", "/dev/sdb", "--confirm", digest, "--then", "reboot"))
                .as(typed.err())
                .isZero();
        assertThat(typed.power()).containsExactly("reboot");
    }

    @Test
    void aDryRunIsNotFollowed() {
        assertThat(capture("--dry-run", "--then", "power-off")).isZero();
        assertThat(typed.power()).isEmpty();
    }

    @Test
    void whatIsNeitherIsAMistake() {
        assertThat(capture("--then", "hibernate")).isEqualTo(2);
        assertThat(typed.err()).contains("neither power-off nor reboot");
    }

    @Test
    void aLimitIsARate() {
        assertThat(capture("--limit", "500M/s")).as(typed.err()).isZero();
        assertThat(capture("--limit", "50")).isEqualTo(2);
        assertThat(typed.err()).contains("less than 64K");
    }
}
