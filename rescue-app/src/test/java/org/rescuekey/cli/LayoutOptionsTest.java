package org.rescuekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.engine.BenchDisk;
import org.rescuekey.engine.Layouts;
import org.rescuekey.engine.TestBench;
import org.rescuekey.units.Extent;

/** "--layout", "--size" and "--identities": what they ask for is in the plan, and wrong values are usage errors. */
final class LayoutOptionsTest {
    private static final int USAGE = 2;

    private final TestBench bench = new TestBench();
    private final Typed typed = new Typed(bench.service());

    @BeforeEach
    void makeDisks() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 6 * TestBench.MIB);
        Layouts.gpt(source.medium(), Layouts.part(1, 2048, 4096));
        Layouts.fill(source.medium(), new Extent(TestBench.MIB, 2 * TestBench.MIB), 1);
        bench.disk("/dev/sdb", 6 * TestBench.MIB);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private int plan(String... more) {
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("clone", "/dev/sda", "--to", "/dev/sdb", "--dry-run"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        return typed.run(all);
    }

    @Test
    void whatIsAskedStandsInThePlansCommandLine() {
        assertThat(plan("--layout", "fill", "--identities", "new"))
                .as(typed.err())
                .isZero();
        assertThat(typed.out()).contains("--layout fill --identities new");
        assertThat(typed.out()).contains("identities of its own");
        assertThat(plan("--size", "1=2M")).as(typed.err()).isZero();
        assertThat(typed.out()).contains("--size 1=2097152");
        assertThat(plan("--layout", "proportional")).as(typed.err()).isZero();
        assertThat(typed.out()).contains("--layout proportional");
    }

    @Test
    void whatGoesWithoutSayingIsNotSaid() {
        assertThat(plan("--layout", "as-is", "--identities", "keep"))
                .as(typed.err())
                .isZero();
        assertThat(typed.out()).doesNotContain("--layout").doesNotContain("--identities");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--layout=wide",
                "--size=1",
                "--size=one=2M",
                "--size=1=2M=3",
                "--size=1=lots",
                "--size=1=0",
                "--identities=old",
                "--layout=fill --size=1=2M",
                "--size=1=2M --size=1=3M"
            })
    void wrongValuesAreUsageErrors(String options) {
        assertThat(plan(options.split(" "))).isEqualTo(USAGE);
        assertThat(typed.err()).contains("expected");
    }
}
