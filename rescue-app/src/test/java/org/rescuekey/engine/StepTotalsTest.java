package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.cloneOf;
import static org.rescuekey.engine.TestBench.restoreOf;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.plan.Plan;
import org.rescuekey.units.Extent;

/** What a step says of how much there is to do is how much it does, no more and no less. */
final class StepTotalsTest {
    private final TestBench bench = new TestBench();
    private final BenchDisk source = bench.disk("/dev/sda", 24 * MIB);
    private final BenchDisk target = bench.disk("/dev/sdb", 24 * MIB);

    @BeforeEach
    void prepare() throws Exception {
        Layouts.gpt(source.medium(), part(1, 2048, 2048), part(2, 4096, 20 * 2048));
        Layouts.fill(source.medium(), new Extent(MIB, MIB), 1);
        Layouts.fill(source.medium(), new Extent(2 * MIB, 20 * MIB), 2);
        Layouts.fill(target.medium(), 99);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void assertTotals(Plan plan) throws Exception {
        Map<Integer, JobEvent.Progress> last = new TreeMap<>();
        Report report = bench.run(plan, (control, event) -> {
            if (event instanceof JobEvent.Progress progress) {
                last.put(progress.step(), progress);
            }
        });
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(last.values().stream()
                        .mapToLong(JobEvent.Progress::totalBytes)
                        .sum())
                .isPositive();
        assertThat(last.values())
                .as("steps that end short of their total, or beyond it")
                .allMatch(progress -> progress.doneBytes() == progress.totalBytes());
    }

    private void change(BenchDisk disk) throws Exception {
        disk.medium().write(9 * MIB + 4096, ByteBuffer.allocate(4096));
    }

    @Test
    void ofACloneAndOfOneThatFindsMostOfItThere() throws Exception {
        assertTotals(bench.plan(cloneOf("/dev/sda", "/dev/sdb")));
        change(target);
        assertTotals(bench.plan(cloneOf("/dev/sda", "/dev/sdb")));
        assertTotals(bench.plan(cloneOf("/dev/sda", "/dev/sdb")));
    }

    @Test
    void ofARestoreAndOfOneThatFindsMostOfItThere() throws Exception {
        String image = bench.image("/dev/sda");
        assertTotals(bench.plan(restoreOf(image, "/dev/sdb")));
        change(target);
        assertTotals(bench.plan(restoreOf(image, "/dev/sdb")));
        assertTotals(bench.plan(restoreOf(image, "/dev/sdb")));
    }

    @Test
    void ofACapture() throws Exception {
        assertTotals(bench.plan(TestBench.captureOf("/dev/sda", bench.images())));
    }
}
