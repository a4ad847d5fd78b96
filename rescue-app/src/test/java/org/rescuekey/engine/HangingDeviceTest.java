package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** A device that does not answer: it is named while it hangs, and who cancels does not wait for it. */
@Timeout(120)
final class HangingDeviceTest {
    private static final long SECOND = 1_000_000_000L;

    private final ManualTicker ticker = new ManualTicker();
    private final TestBench bench = new TestBench(ticker);
    private final List<JobEvent> events = new CopyOnWriteArrayList<>();
    private final JobControl control = new JobControl(events::add, ticker);
    private final List<CountDownLatch> answers = new ArrayList<>();
    private BenchDisk source;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 6 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 4096), part(2, 6144, 5000));
        Layouts.content(source.medium(), new Extent(MIB, 2 * MIB), 1);
        Layouts.content(source.medium(), new Extent(3 * MIB, 5000 * 512), 2);
    }

    @AfterEach
    void close() throws Exception {
        answers.forEach(CountDownLatch::countDown);
        joinJobThreads();
        bench.close();
    }

    private CompletableFuture<Report> start(Plan plan) {
        CompletableFuture<Report> report = new CompletableFuture<>();
        ticker.begin();
        Thread.ofPlatform().name("user").start(() -> {
            try {
                report.complete(bench.service().run(ConfirmedPlan.byDigest(plan, plan.digest()), control));
            } catch (Throwable e) {
                report.completeExceptionally(e);
            } finally {
                ticker.end();
            }
        });
        return report;
    }

    /** The source hangs at its third read after the image was begun. */
    private HangingDevice hangingSource() {
        HangingDevice hanging = new HangingDevice(source.medium(), true, 2);
        answers.add(hanging.answer);
        source.asSource(device -> hanging);
        bench.storesAre(store -> new UnflushedStore(store) {
            @Override
            public ImageOutput create(String name) throws RescueException {
                hanging.arm();
                return super.create(name);
            }
        });
        return hanging;
    }

    private List<JobEvent.Waiting> waiting() {
        return events.stream()
                .filter(JobEvent.Waiting.class::isInstance)
                .map(JobEvent.Waiting.class::cast)
                .toList();
    }

    private void tickUntilNamed() throws InterruptedException {
        while (waiting().size() < 3) {
            ticker.tick();
        }
    }

    /** Cancels, and returns the report and how long that took. */
    private Report cancel(CompletableFuture<Report> job, AtomicLong nanos) throws Exception {
        long cancelled = ticker.getAsLong();
        control.cancel();
        while (!job.isDone()) {
            ticker.tick();
        }
        nanos.set(ticker.getAsLong() - cancelled);
        return job.get();
    }

    private static void joinJobThreads() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches("job|(capture|restore|verify)-\\d+")) {
                thread.join();
            }
        }
    }

    @Test
    void itIsNamedWhileItHangsAndWhenItAnswers() throws Exception {
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        HangingDevice hanging = hangingSource();
        CompletableFuture<Report> job = start(plan);
        hanging.hangs.await();
        tickUntilNamed();

        assertThat(waiting().getFirst().device()).isEqualTo("/dev/sda");
        assertThat(waiting().getFirst().action()).isEqualTo("read");
        assertThat(waiting().getFirst().offsetBytes()).isNotNegative();
        assertThat(waiting()).extracting(JobEvent.Waiting::seconds).startsWith(3L, 4L, 5L);

        hanging.answer.countDown();
        assertThat(job.get().state()).isEqualTo(JobState.COMPLETE);
        assertThat(events)
                .filteredOn(JobEvent.Note.class::isInstance)
                .anySatisfy(note -> assertThat(note.toString()).contains("/dev/sda answered after"));
        assertThat(journal().lines().filter(line -> line.contains("\"event\":\"waiting\"")))
                .hasSize(1);
        assertThat(journal()).contains("/dev/sda answered after");
        bench.machine().assertNothingIsOpen();
    }

    private String journal() throws Exception {
        try (Stream<Path> files = Files.list(bench.directory().resolve("journal"))) {
            Path journal = files.filter(file -> file.toString().endsWith(".journal"))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(journal);
        }
    }

    @Test
    void aCancelledCaptureDoesNotWaitForItsSource() throws Exception {
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        HangingDevice hanging = hangingSource();
        CompletableFuture<Report> job = start(plan);
        hanging.hangs.await();
        ticker.tick();
        AtomicLong nanos = new AtomicLong();
        Report report = cancel(job, nanos);

        assertThat(nanos.get()).isLessThanOrEqualTo(2 * SECOND);
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.headline()).contains("/dev/sda", "does not answer");
        assertThat(report.toText())
                .contains("has not answered a read at byte", "The image is incomplete", "The source is unchanged");
        assertThat(events.getLast()).isEqualTo(new JobEvent.Finished(report));
        assertThat(bench.machine().isOpen("/dev/sda"))
                .as("not closed under the call")
                .isTrue();

        int told = events.size();
        hanging.answer.countDown();
        joinJobThreads();
        assertThat(events).as("told after the last event").hasSize(told);
        assertThat(hanging.callsAfterwards).as("reads after it was left").hasValue(0);
        bench.machine().assertNothingIsOpen();
    }

    @Test
    void aCancelledRestoreDoesNotWaitForItsTargetAndWritesNothingMore() throws Exception {
        CompletableFuture<Report> made = start(bench.plan(TestBench.captureOf("/dev/sda", bench.images())));
        String image = made.get().resultPath();
        events.clear();
        BenchDisk target = bench.disk("/dev/sdb", 7 * MIB);
        Plan plan = bench.plan(TestBench.restoreOf(image, "/dev/sdb"));
        HangingDevice hanging = new HangingDevice(target.medium(), false, 3).arm();
        answers.add(hanging.answer);
        target.asTarget(device -> hanging);
        CompletableFuture<Report> job = start(plan);
        hanging.hangs.await();
        AtomicLong nanos = new AtomicLong();
        Report report = cancel(job, nanos);

        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.toText()).contains("/dev/sdb has not answered a write", "The target /dev/sdb is incomplete");
        hanging.answer.countDown();
        joinJobThreads();
        assertThat(hanging.callsAfterwards).as("writes after it was left").hasValue(0);
        bench.machine().assertNothingIsOpen();
    }

    @Test
    void whatWasNotToldToATargetIsNotSaidOfIt() {
        Plan plan = new Plan(
                JobKind.RESTORE,
                "Restore",
                List.of(),
                List.of(),
                List.of(),
                0,
                0,
                "",
                new Plan.Overwrite("/dev/sdb", "a disk", "", "", false));
        DeviceWatch watch = new DeviceWatch();
        JobEvent.Waiting opening = new JobEvent.Waiting("/dev/sdb", "request to open it", -1, 2);
        assertThat(opening.words()).isEqualTo("/dev/sdb has not answered a request to open it for 2 s");
        List<JobEvent.Waiting> waiting = List.of(opening);
        assertThat(new LeftBehind(plan, watch).outcome(waiting).details())
                .contains("Nothing was written to the target /dev/sdb.");
        watch.touchTarget();
        assertThat(new LeftBehind(plan, watch).outcome(waiting).details())
                .contains("The target /dev/sdb is incomplete and cannot be used.");
    }

    @Test
    void aCancelThatNothingHoldsUpLeavesNothingBehind() throws Exception {
        Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
        HangingDevice hanging = hangingSource();
        CompletableFuture<Report> job = start(plan);
        hanging.hangs.await();
        control.cancel();
        hanging.answer.countDown();
        Report report = job.get();
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.toText()).contains("The image is incomplete").doesNotContain("left behind");
        bench.machine().assertNothingIsOpen();
    }

    @Test
    void aPlaceThatHangsIsNamedToo() throws Exception {
        String image = start(bench.plan(TestBench.captureOf("/dev/sda", bench.images())))
                .get()
                .resultPath();
        events.clear();
        Plan plan = bench.plan(new Request.Verify(image, false));
        HangingStore store = new HangingStore();
        answers.add(store.answer);
        bench.storesAre(store::over);
        CompletableFuture<Report> job = start(plan);
        store.hangs.await();
        AtomicLong nanos = new AtomicLong();
        Report report = cancel(job, nanos);
        assertThat(nanos.get()).isLessThanOrEqualTo(2 * SECOND);
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.toText()).contains(image + " has not answered a read", "The image was only read.");
        store.answer.countDown();
        joinJobThreads();
    }

    @Test
    void aDeviceIsGivenTheSameWordsAsItsMedium() throws Exception {
        DeviceWatch watch = new DeviceWatch();
        try (BlockDevice device = new WatchedDevices(bench.machine(), watch).openSource("/dev/sda")) {
            assertThat(device.name()).isEqualTo("/dev/sda");
            assertThat(device.sizeBytes()).isEqualTo(6 * MIB);
            assertThat(device.isReadOnly()).isTrue();
        }
        assertThat(watch.underWay()).isEmpty();
        bench.machine().assertNothingIsOpen();
    }
}
