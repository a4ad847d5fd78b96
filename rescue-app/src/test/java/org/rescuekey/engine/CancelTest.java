package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** Jobs that are cancelled or paused at any of their events: each ends, says in which state, and leaves nothing behind. */
@Timeout(300)
final class CancelTest {
    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private String image;
    private String sourceHash;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 6 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 4096), part(2, 6144, 5000));
        Layouts.content(source.medium(), new Extent(MIB, 2 * MIB), 1);
        Layouts.content(source.medium(), new Extent(3 * MIB, 5000 * 512), 2);
        image = bench.image("/dev/sda");
        sourceHash = source.hash();
    }

    @AfterEach
    void theSourceIsUnchanged() throws Exception {
        assertThat(source.hash()).isEqualTo(sourceHash);
        assertThat(bench.verify(image).state()).isEqualTo(JobState.COMPLETE);
        bench.close();
    }

    private static BiConsumer<JobControl, JobEvent> atEvent(int number, Consumer<JobControl> action) {
        AtomicInteger events = new AtomicInteger();
        return (control, event) -> {
            if (events.incrementAndGet() == number) {
                action.accept(control);
            }
        };
    }

    @FunctionalInterface
    private interface Check {
        void check(Report report) throws Exception;
    }

    /** Cancels at the first, second, third ... event until the job is through before it. */
    private void cancelAtEachEvent(PlanMaker plans, Check check) throws Exception {
        int cancelled = 0;
        for (int k = 1; k < 100; k++) {
            AtomicInteger events = new AtomicInteger();
            int last = k;
            Report report = bench.run(plans.plan(), (control, event) -> {
                if (events.incrementAndGet() == last) {
                    control.cancel();
                }
            });
            if (events.get() < k) {
                assertThat(cancelled).isGreaterThan(4);
                return;
            }
            assertThat(report.state()).as("%d: %s", k, report.toText()).isIn(JobState.CANCELLED, JobState.COMPLETE);
            if (report.state() == JobState.CANCELLED) {
                assertThat(report.state().exitCode()).isEqualTo(130);
                cancelled++;
            }
            check.check(report);
        }
        throw new AssertionError("the job never went through");
    }

    @FunctionalInterface
    private interface PlanMaker {
        Plan plan() throws Exception;
    }

    @Test
    void aCancelledCaptureLeavesAnImageThatSaysWhatItIs() throws Exception {
        cancelAtEachEvent(() -> bench.plan(TestBench.captureOf("/dev/sda", bench.images())), report -> {
            if (report.state() == JobState.COMPLETE) {
                assertThat(bench.verify(report.resultPath()).state()).isEqualTo(JobState.COMPLETE);
            } else if (report.toText().contains("it is not proven")) {
                String path = report.toText().replaceAll("(?s).*written as (\\S+),.*", "$1");
                assertThat(bench.verify(path).state()).isEqualTo(JobState.COMPLETE);
            } else {
                assertThat(report.toText()).contains("The image is incomplete", "The source is unchanged");
                String path = report.toText().replaceAll("(?s).*kept as (\\S+)\\..*", "$1");
                assertThat(Files.exists(Path.of(path))).as(path).isTrue();
                assertThat(bench.service().image(path).isRestorable()).isFalse();
                assertThat(bench.verify(path).state()).isEqualTo(JobState.DAMAGED);
            }
        });
    }

    @Test
    void aCancelledRestoreSaysThatTheTargetIsIncomplete() throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", 7 * MIB);
        cancelAtEachEvent(
                () -> {
                    target.startCounting();
                    return bench.plan(TestBench.restoreOf(image, "/dev/sdb"));
                },
                report -> {
                    if (report.state() == JobState.COMPLETE) {
                        Compare.assertRestored(source, target);
                    } else {
                        assertThat(report.toText())
                                .contains(
                                        target.isUntouched()
                                                ? "Nothing was written"
                                                : "The target /dev/sdb is incomplete");
                    }
                });
    }

    @Test
    void aCancelledVerificationSaysSo() throws Exception {
        cancelAtEachEvent(
                () -> bench.plan(new Request.Verify(image, false)),
                report -> assertThat(report.toText()).doesNotContain("Nothing was written"));
    }

    @Test
    void aJobThatWasCancelledBeforeItBeganWritesNothing() throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", 7 * MIB).startCounting();
        Plan plan = bench.plan(TestBench.restoreOf(image, "/dev/sdb"));
        JobControl control = new JobControl(event -> {});
        control.cancel();
        Report report = bench.service().run(ConfirmedPlan.byDigest(plan, plan.digest()), control);
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.details()).containsExactly("Nothing was written.");
        assertThat(target.isUntouched()).isTrue();
    }

    @Test
    void aPausedJobCanBeCancelled() throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", 7 * MIB);
        for (int k = 1; k <= 8; k++) {
            Plan plan = bench.plan(TestBench.restoreOf(image, "/dev/sdb"));
            Thread[] user = new Thread[1];
            Report report = bench.run(plan, atEvent(k, control -> {
                control.pause(true);
                user[0] = Thread.ofPlatform().name("user").start(control::cancel);
            }));
            user[0].join();
            assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        }
        assertThat(target.hash()).isNotEmpty();
    }

    @Test
    void aPausedJobGoesOnWhereItWas() throws Exception {
        for (int k = 1; k <= 12; k += 3) {
            Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
            Thread[] user = new Thread[1];
            Report report = bench.run(plan, atEvent(k, control -> {
                control.pause(true);
                user[0] = Thread.ofPlatform().name("user").start(() -> {
                    assertThat(control.isPaused()).isTrue();
                    control.pause(false);
                });
            }));
            user[0].join();
            assertThat(report.state()).isEqualTo(JobState.COMPLETE);
            assertThat(bench.verify(report.resultPath()).state()).isEqualTo(JobState.COMPLETE);
        }
    }

    @Test
    void anInterruptedJobIsCancelledAndStaysInterrupted() throws Exception {
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        Thread jobThread = Thread.currentThread();
        Report report = bench.run(plan, atEvent(3, control -> jobThread.interrupt()));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.state()).as(report.toText()).isNotEqualTo(JobState.COMPLETE);
    }

    @Test
    void aListenerThatFailsEndsTheJobInWords() throws Exception {
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        Report report = bench.run(plan, atEvent(2, control -> {
            throw new IllegalStateException("the screen is gone");
        }));
        assertThat(report.state()).isEqualTo(JobState.INCOMPLETE);
        assertThat(report.headline()).contains("A mistake in this program", "the screen is gone");
    }
}
