package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;
import static org.rescuekey.engine.TestBench.restoreOf;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** No memory, or a mistake in this program, in the middle of a job: it ends in words that say in which state things are. */
final class MistakesTest {
    private static final int NO_END = 300;

    private final TestBench bench = new TestBench();
    private BenchDisk source;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 4 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 2048), part(2, 4096, 3000));
        Layouts.fill(source.medium(), new Extent(MIB, 2 * MIB), 1);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    static Stream<Supplier<Throwable>> mistakes() {
        return Stream.of(
                () -> new OutOfMemoryError("Java heap space"), () -> new IllegalStateException("broken on purpose"));
    }

    /** Fails with what is no RescueException at the n-th call. */
    private static final class Mistaken extends ForwardingDevice {
        private final AtomicInteger calls;
        private final int last;
        private final Supplier<Throwable> mistake;

        Mistaken(BlockDevice inner, AtomicInteger calls, int last, Supplier<Throwable> mistake) {
            super(inner);
            this.calls = calls;
            this.last = last;
            this.mistake = mistake;
        }

        private void fail() {
            if (calls.incrementAndGet() == last) {
                switch (mistake.get()) {
                    case Error error -> throw error;
                    case RuntimeException exception -> throw exception;
                    case Throwable other -> throw new AssertionError(other);
                }
            }
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            fail();
            super.read(offsetBytes, buffer);
        }

        @Override
        public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
            fail();
            super.write(offsetBytes, buffer);
        }

        @Override
        public void flush() throws RescueException {
            fail();
            super.flush();
        }
    }

    private static void assertInWords(Supplier<Throwable> mistake, Report report) {
        assertThat(report.headline())
                .contains(
                        mistake.get() instanceof OutOfMemoryError
                                ? "There is not enough memory."
                                : "A mistake in this program ended the job: ");
        assertThat(report.nextSteps()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void inARestoreAreToldWithTheStateOfTheTarget(Supplier<Throwable> mistake) throws Exception {
        String image = bench.image("/dev/sda");
        BenchDisk target = bench.disk("/dev/sdb", 5 * MIB);
        atEvery(mistake, target, restoreOf(image, "/dev/sdb"), "The target /dev/sdb is incomplete");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void inARestoreOfAPartitionAreToldWithTheStateOfTheTarget(Supplier<Throwable> mistake) throws Exception {
        String image = bench.image("/dev/sda");
        BenchDisk target = bench.disk("/dev/sdb", 5 * MIB);
        Layouts.gpt(target.medium(), part(1, 2048, 2048));
        atEvery(
                mistake,
                target,
                restoreOf(image, "/dev/sdb", 1, 1),
                "What was to be restored on /dev/sdb is incomplete");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void inTheMakingOfAStickAreToldWithTheStateOfTheTarget(Supplier<Throwable> mistake) throws Exception {
        Layouts.fill(bench.disk("/iso", 9 * MIB).medium(), 3);
        BenchDisk target = bench.disk("/dev/sdb", 10 * MIB);
        atEvery(mistake, target, new Request.WriteStick("/iso", "/dev/sdb"), "The stick /dev/sdb is incomplete");
    }

    private void atEvery(Supplier<Throwable> mistake, BenchDisk target, Request request, String consequence)
            throws Exception {
        for (int n = 1; n < NO_END; n++) {
            Plan plan = bench.plan(request);
            AtomicInteger calls = new AtomicInteger();
            int last = n;
            target.startCounting()
                    .asTarget(device -> new Mistaken(device, calls, last, mistake))
                    .asWritten(device -> new Mistaken(device, calls, last, mistake));
            Report report = bench.run(plan);
            target.asTarget(device -> device).asWritten(device -> device);
            if (calls.get() < n) {
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
                assertThat(n).isGreaterThan(5);
                return;
            }
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
            assertInWords(mistake, report);
            if (!target.isUntouched()) {
                assertThat(report.toText()).as("call %d", n).contains(consequence);
            }
        }
        throw new AssertionError("the job never went through");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void inACaptureAreToldWithTheStateOfTheImage(Supplier<Throwable> mistake) throws Exception {
        for (int n = 1; n < NO_END; n++) {
            Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
            AtomicInteger calls = new AtomicInteger();
            int last = n;
            source.asSource(device -> new Mistaken(device, calls, last, mistake));
            Report report = bench.run(plan);
            source.asSource(device -> device);
            if (calls.get() < n) {
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
                return;
            }
            assertThat(report.state()).as(report.toText()).isIn(JobState.FAILED, JobState.INCOMPLETE);
            assertInWords(mistake, report);
            assertThat(report.toText()).containsAnyOf("The source is unchanged", "Nothing is complete");
        }
        throw new AssertionError("the job never went through");
    }
}
