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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageSeal;
import org.rescuekey.image.container.ImageWriter;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;

/** The adaptive level in the pipeline: a slow writer raises it, a fast one does not, and the image of a slow place is smaller. */
final class AdaptiveLevelTest {
    private static final int WORKERS = 2;
    private static final int SLOTS = 2 * WORKERS + 2;
    private static final int RUNS = 40 * LevelChooser.RISE_AFTER;

    private static final int BLOCKS_A_SLOT = 4;

    /** What is longer holds a block of this test, and neither header, description nor index. */
    private static final int RECORD_BYTES = 16 << 10;

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

        private synchronized void await(java.util.function.BooleanSupplier condition) {
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
        Path fast = Path.of(captured(1));
        Plan plan = bench.plan(request(Request.Capture.ADAPTIVE_LEVEL));
        assertThat(plan.toText()).contains("Compression is adaptive", "--level auto");
        Path slow = fast.resolveSibling("slow.rkimg");
        captureSlowly(disk, plan, slow);
        assertThat(Files.size(slow)).isLessThan(Files.size(fast) * 97 / 100);
        BenchDisk target = bench.disk("/dev/sdb", 48 * MIB);
        assertThat(bench.restore(slow.toString(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    private String captured(int level) throws RescueException {
        Report report = bench.run(bench.plan(request(level)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        return report.resultPath();
    }

    /** The place takes what is appended when all slots but that one were given to workers, and no sooner. */
    private static void captureSlowly(BenchDisk disk, Plan plan, Path image) throws RescueException {
        List<Step.ReadStream> streams = Jobs.steps(plan, Step.ReadStream.class);
        long slots = streams.getFirst().used().totalBytes() / MIB;
        Progress taken = new Progress();
        LevelChooser chooser = LevelChooser.of(Request.Capture.ADAPTIVE_LEVEL, WORKERS);
        ImageHeader header = ImageHeader.full(
                UUID.randomUUID(), UUID.randomUUID(), BlockSize.DEFAULT, HashAlgorithm.XXH3_128, 1, TestBench.NOW);
        JobControl control = new JobControl(event -> {});
        Meter meter = new Meter(event -> {}, System::nanoTime, control, new DeviceWatch(), 1);
        CaptureJob job = new CaptureJob(
                new CaptureJob.Source(ReopenableSource.fixed(disk.medium()), streams, EarlierRun.NONE, null),
                header,
                ImageSeal.NONE,
                (waitingForWorker, waitingForWriter) -> {
                    taken.worked();
                    return chooser.next(waitingForWorker, waitingForWriter);
                },
                null,
                Set.of(),
                null,
                meter,
                control);
        long[] appended = new long[1];
        ImageStore store = new SlowStore(new FileImageStore(image.resolveSibling("")), () -> {
            taken.await(() -> taken.worked >= Math.min(appended[0] / BLOCKS_A_SLOT + SLOTS, slots));
            appended[0]++;
        });
        RoomWatch room = new RoomWatch(List::of, Long.MAX_VALUE, Long.MAX_VALUE, note -> {}, Long.MAX_VALUE);
        ImageDescription description = Jobs.only(plan, Step.StoreImage.class).description();
        try (ImageWriter writer = ImageWriter.create(store, String.valueOf(image.getFileName()), header, description)) {
            job.run(writer, WORKERS, room);
        }
    }

    private Request.Capture request(int level) {
        return new Request.Capture("/dev/sda", new TreeSet<>(), bench.images(), level, Coverage.NEEDED, true)
                .of(Request.Kind.FULL);
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

    /** A place that waits before each record of a block. */
    private static final class SlowStore extends UnflushedStore {
        private final Runnable wait;

        SlowStore(ImageStore inner, Runnable wait) {
            super(inner);
            this.wait = wait;
        }

        @Override
        public ImageOutput create(String name) throws RescueException {
            return new UnflushedStore.Output(super.create(name)) {
                @Override
                public void append(ByteBuffer buffer) throws RescueException {
                    if (buffer.remaining() > RECORD_BYTES) {
                        wait.run();
                    }
                    super.append(buffer);
                }
            };
        }
    }
}
