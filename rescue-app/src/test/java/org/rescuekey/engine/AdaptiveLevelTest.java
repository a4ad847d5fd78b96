package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;

/** The adaptive level in the pipeline: a slow writer raises it, a fast one does not, and the image of a slow place is smaller. */
final class AdaptiveLevelTest {
    private static final int WORKERS = 2;
    private static final int SLOTS = 2 * WORKERS + 2;
    private static final int RUNS = 40 * LevelChooser.RISE_AFTER;

    private final TestBench bench = new TestBench();

    @AfterEach
    void close() {
        bench.storesAre(store -> store);
        bench.close();
    }

    /** What happened so far; whoever must not run ahead waits here. */
    private static final class Progress {
        private int worked;
        private int drained;

        synchronized void worked() {
            worked++;
            notifyAll();
        }

        synchronized void drained() {
            drained++;
            notifyAll();
        }

        /** A slow writer: by the time it takes a slot, all others are worked on. */
        synchronized void awaitWorked(int number) {
            await(() -> worked >= Math.min(number + SLOTS, RUNS));
        }

        /** Slow cores: the writer has taken all that came before those that are worked on now. */
        synchronized void awaitDrained(int number) {
            await(() -> drained > number - WORKERS);
        }

        private void await(java.util.function.BooleanSupplier condition) {
            try {
                while (!condition.getAsBoolean()) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    private static final class Slot {
        int number;
    }

    /** The levels of all slots, in the order in which they were taken. */
    private static List<Integer> levels(boolean isTargetSlow) throws RescueException {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new Slot());
        }
        Pipeline<Slot> pipeline = new Pipeline<>("capture", slots, WORKERS);
        LevelChooser chooser = LevelChooser.of(Request.Capture.ADAPTIVE_LEVEL, WORKERS);
        List<Integer> levels = Collections.synchronizedList(new ArrayList<>());
        Progress progress = new Progress();
        int[] next = new int[1];
        pipeline.run(
                slot -> {
                    slot.number = next[0]++;
                    return slot.number < RUNS;
                },
                () -> new Pipeline.Worker<>() {
                    @Override
                    public void process(Slot slot) {
                        if (!isTargetSlow) {
                            progress.awaitDrained(slot.number);
                        }
                        levels.add(chooser.next(pipeline.waitingForWorker(), pipeline.waitingForWriter()));
                        progress.worked();
                    }

                    @Override
                    public void close() {}
                },
                slot -> {
                    if (isTargetSlow) {
                        progress.awaitWorked(slot.number);
                    }
                    progress.drained();
                });
        return levels;
    }

    @Test
    void aSlowWriterRaisesTheLevel() throws RescueException {
        List<Integer> levels = levels(true);
        assertThat(levels).hasSize(RUNS).startsWith(1).isSorted();
        assertThat(levels.getLast()).isEqualTo(LevelChooser.HIGHEST);
    }

    @Test
    void aFastWriterLeavesTheLevelWhereItIs() throws RescueException {
        assertThat(levels(false)).hasSize(RUNS).containsOnly(1);
    }

    @Test
    void theImageOfASlowPlaceIsSmallerAndRestores() throws Exception {
        BenchDisk disk = bench.disk("/dev/sda", 48 * MIB);
        text(disk);
        long fast = Files.size(Path.of(capture(1)));
        bench.storesAre(SlowStore::new);
        Plan plan = bench.plan(request(Request.Capture.ADAPTIVE_LEVEL));
        assertThat(plan.toText()).contains("Compression is adaptive", "--level auto");
        Report report = bench.run(plan);
        bench.storesAre(store -> store);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(Files.size(Path.of(report.resultPath()))).isLessThan(fast * 97 / 100);
        BenchDisk target = bench.disk("/dev/sdb", 48 * MIB);
        assertThat(bench.restore(report.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    private String capture(int level) throws RescueException {
        Report report = bench.run(bench.plan(request(level)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        return report.resultPath();
    }

    private Request.Capture request(int level) {
        return new Request.Capture(
                "/dev/sda", new TreeSet<>(), bench.images(), level, Coverage.NEEDED, true, Request.Kind.FULL, "");
    }

    /** Words by turns, which a higher level compresses better. */
    private static void text(BenchDisk disk) throws RescueException {
        SplittableRandom random = new SplittableRandom(5);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            words.add(Long.toString(random.nextLong() >>> random.nextInt(64), 36));
        }
        byte[] page = new byte[1 << 20];
        for (long at = 0; at < disk.medium().sizeBytes(); at += page.length) {
            StringBuilder text = new StringBuilder();
            while (text.length() < page.length) {
                double square = random.nextDouble() * random.nextDouble();
                text.append(words.get((int) (square * words.size()))).append(' ');
            }
            byte[] bytes = text.substring(0, page.length).getBytes(StandardCharsets.US_ASCII);
            disk.medium().write(at, ByteBuffer.wrap(bytes));
        }
    }

    /** A place that takes a record when everybody else in the job waits for it, and no sooner. */
    private static final class SlowStore extends UnflushedStore {
        SlowStore(ImageStore inner) {
            super(inner);
        }

        @Override
        public ImageOutput create(String name) throws RescueException {
            return new UnflushedStore.Output(super.create(name)) {
                @Override
                public void append(ByteBuffer buffer) throws RescueException {
                    while (!isEverybodyWaiting()) {
                        Thread.onSpinWait();
                    }
                    super.append(buffer);
                }
            };
        }

        private static boolean isEverybodyWaiting() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().matches("capture-\\d+"))
                    .map(Thread::getState)
                    .allMatch(state -> state == Thread.State.WAITING
                            || state == Thread.State.TIMED_WAITING
                            || state == Thread.State.TERMINATED);
        }
    }
}
