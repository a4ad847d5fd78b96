package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageKeys;
import org.rescuekey.image.container.ResumePoint;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Captures of failing disks: what reads is saved, what does not is in the map, and a cut costs nothing that was read. */
final class FailingDiskTest {
    private static final long SIZE = 24 * MIB;
    private static final Extent PARTITION = new Extent(MIB, 44_000 * 512);
    private static final Extent DEAD = new Extent(9 * MIB + 1024, 3 * MIB + 512);
    private static final Fault.RandomBadSectors RANDOM = new Fault.RandomBadSectors(4000);
    private static final long SEED = 3;

    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private ExtentSet bad = ExtentSet.empty();
    private final List<Extent> reads = new ArrayList<>();

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", SIZE);
        Layouts.gpt(source.medium(), part(1, 2048, 44_000));
        Layouts.fill(source.medium(), PARTITION, 1);
        ExtentSet random = new FaultyDevice(source.medium(), SEED, RANDOM).randomBad(RANDOM, PARTITION);
        assertThat(random.size()).isGreaterThan(5);
        // The table and its surroundings are sound, and so is the disk's first part, which is looked at before.
        bad = random.subtract(ExtentSet.of(new Extent(0, 2 * MIB))).union(ExtentSet.of(DEAD));
        source.asSource(device -> failing(device, bad));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private BlockDevice failing(BlockDevice device, ExtentSet extents) {
        Fault[] faults = extents.stream().map(Fault.BadSectors::new).toArray(Fault[]::new);
        return new ForwardingDevice(new FaultyDevice(device, 1, faults)) {
            @Override
            public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
                synchronized (reads) {
                    reads.add(new Extent(offsetBytes, buffer.remaining()));
                }
                super.read(offsetBytes, buffer);
            }
        };
    }

    private Plan plan() throws RescueException {
        return bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
    }

    private void assertAllIsSaved(Report report) throws Exception {
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.state().exitCode()).isEqualTo(4);
        List<String> lost = new ArrayList<>();
        for (Extent extent : bad) {
            lost.add(" at byte " + extent.start() + " of the disk");
        }
        assertThat(report.details()).hasSameSizeAs(lost);
        for (int i = 0; i < lost.size(); i++) {
            assertThat(report.details().get(i)).contains(lost.get(i));
        }
        assertRestores(report.resultPath(), bad);
        RescueMap map = map(Path.of(report.resultPath() + ".map"));
        assertThat(map.bad()).isEqualTo(bad);
        assertThat(map.sizeBytes()).isEqualTo(SIZE);
        assertThat(ExtentSet.of(PARTITION).subtract(bad).subtract(map.read()).isEmpty())
                .isTrue();
        assertThat(map.failed().isEmpty() && map.unscraped().isEmpty()).isTrue();
    }

    private void assertRestores(String image, ExtentSet zeros) throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", SIZE);
        Layouts.fill(target.medium(), 99);
        Plan plan = bench.plan(new Request.Restore(image, "/dev/sdb", new TreeMap<>(), true));
        JobState expected = zeros.isEmpty() ? JobState.COMPLETE : JobState.COMPLETE_WITH_UNREADABLE;
        assertThat(bench.run(plan).state()).isEqualTo(expected);
        Compare.assertSame(
                source.medium(), target.medium(), ExtentSet.of(PARTITION).subtract(zeros), "what could be read");
        for (Extent extent : zeros) {
            assertThat(target.bytes(extent.start(), (int) extent.length())).containsOnly(0);
        }
        assertThat(bench.verify(image).state()).isEqualTo(expected);
    }

    private static RescueMap map(Path path) throws Exception {
        try (BufferedReader in = Files.newBufferedReader(path)) {
            return RescueMap.read(path.toString(), in);
        }
    }

    @Test
    void everythingReadableIsSavedAndEveryLossIsListed() throws Exception {
        assertAllIsSaved(bench.run(plan()));
    }

    /** GNU ddrescue itself reads the map, and lists the same bad sectors. */
    @Test
    void theMapIsOneOfDdrescue() throws Exception {
        Report report = bench.run(plan());
        String map = report.resultPath() + ".map";
        List<Long> sectors = new ArrayList<>();
        for (Extent extent : bad) {
            for (long at = extent.start(); at < extent.end(); at += 512) {
                sectors.add(at / 512);
            }
        }
        String listed = Tool.run("ddrescuelog", "--list-blocks=-", map);
        assertThat(listed.lines().map(String::trim).map(Long::valueOf).toList()).isEqualTo(sectors);
        assertThat(Tool.run("ddrescuelog", "--show-status", map)).contains("bad-sector");
    }

    /** A capture that is cancelled leaves its map as well; so does one whose target fails. */
    @Test
    void aCutCaptureLeavesItsMap() throws Exception {
        Report report = bench.run(plan(), (control, event) -> {
            if (event instanceof JobEvent.Note note && note.words().contains("in small pieces")) {
                control.cancel();
            }
        });
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        RescueMap map = map(only(".map"));
        assertThat(map.read().totalBytes()).isGreaterThan(5 * MIB);
        assertThat(map.bad().isEmpty()).isTrue();
        assertThat(map.failed().isEmpty()).isFalse();
    }

    @Test
    void aHealthyDiskHasNoMap() throws Exception {
        source.asSource(device -> failing(device, ExtentSet.empty()));
        assertThat(bench.run(plan()).state()).isEqualTo(JobState.COMPLETE);
        assertThat(files(".map")).isEmpty();
    }

    /** Cut at many points, gone on with: the same image, and what was read is not read again but for samples. */
    @Test
    void aCutAtAnyChangeIsGoneOnWith() throws Exception {
        boolean isDone = false;
        int resumed = 0;
        for (int change = 12; !isDone; change += 11) {
            bench.storesAre(StoreFaults.from(StoreFaults.Hit.TORN_CHANGE, change, DeviceException.ENOSPC)::on);
            Report broken = bench.run(plan());
            bench.storesAre(store -> store);
            isDone = broken.state() == JobState.COMPLETE_WITH_UNREADABLE;
            if (!isDone) {
                assertThat(broken.state()).as(broken.toText()).isEqualTo(JobState.INCOMPLETE);
                resumed += goneOnWith();
            }
            for (Path file : files("")) {
                Files.delete(file);
            }
        }
        assertThat(resumed).isGreaterThan(5);
    }

    private Report cutInPieces() throws Exception {
        Report report = bench.run(plan(), (control, event) -> {
            if (event instanceof JobEvent.Note note && note.words().contains("in small pieces")) {
                control.cancel();
            }
        });
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        return report;
    }

    /** Beside a complete image no map says of anything that it was not read. */
    @Test
    void theMapFollowsADiskThatReadsAgain() throws Exception {
        cutInPieces();
        source.asSource(device -> failing(device, ExtentSet.empty()));
        Report report = bench.run(plan());
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        RescueMap map = map(Path.of(report.resultPath() + ".map"));
        assertThat(ExtentSet.of(PARTITION).subtract(map.read()).isEmpty()).isTrue();
        assertThat(map.failed().isEmpty()
                        && map.unscraped().isEmpty()
                        && map.bad().isEmpty())
                .isTrue();
    }

    /** What an earlier run stored is in the map of a later one that is cut before it comes to it. */
    @Test
    void aSecondCutForgetsNothingOfTheMap() throws Exception {
        cutInPieces();
        RescueMap before = map(only(".map"));
        Report report = bench.run(plan(), (control, event) -> {
            if (event instanceof JobEvent.Note note && note.words().startsWith("The source does not read")) {
                control.cancel();
            }
        });
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        RescueMap after = map(only(".map"));
        assertThat(before.read().subtract(after.read())).isEqualTo(ExtentSet.empty());
        assertThat(before.read().totalBytes()).isGreaterThan(5 * MIB);
    }

    /** Where too much fails for each to be tried once more, what is held stays, is counted, and is not called read. */
    @Test
    void whatIsNotTriedOnceMoreStaysLost() throws Exception {
        bench.storesAre(BrokenEnd::new);
        assertThat(bench.run(plan()).state()).isEqualTo(JobState.INCOMPLETE);
        bench.storesAre(store -> store);
        Path partial = only(".rkimg.partial");
        String name = partial.getFileName().toString();
        try (ResumePoint point = ResumePoint.open(
                new FileImageStore(Objects.requireNonNull(partial.getParent())), name, ImageKeys.NONE, () -> {})) {
            List<Step.ReadStream> streams = Jobs.steps(plan(), Step.ReadStream.class);
            RescueMap map = map(only(".map"));
            EarlierImage all = new EarlierImage(point, streams, 512, map);
            EarlierImage few = new EarlierImage(point, streams, 512, map, 2);
            assertThat(all.partly(1).totalBytes()).isGreaterThan(few.partly(1).totalBytes());
            assertThat(few.partly(1).union(few.whole(1)))
                    .isEqualTo(all.partly(1).union(all.whole(1)));
            assertThat(few.read(1).shift(PARTITION.start()).intersect(bad).isEmpty())
                    .isTrue();
            assertThat(few.read(1).isEmpty()).isFalse();
        }
    }

    private void restartReads() {
        synchronized (reads) {
            reads.clear();
        }
    }

    private int goneOnWith() throws Exception {
        boolean hasMap = !files(".map").isEmpty();
        ExtentSet held = hasMap ? map(only(".map")).read() : ExtentSet.empty();
        Plan plan = plan();
        boolean resumes = plan.toText().contains("Resumes ");
        restartReads();
        List<Extent> read = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Report report = bench.run(plan, (control, event) -> {
            if (event instanceof JobEvent.Note note) {
                notes.add(note.words());
                if (note.words().contains("is not read again")) {
                    restartReads(); // what was read before is the table and what the volumes are
                }
            } else if (event instanceof JobEvent.StepStarted step
                    && step.words().startsWith("Finish")) {
                read.addAll(reads);
            }
        });
        assertAllIsSaved(report);
        if (!resumes || !hasMap) {
            return 0;
        }
        assertThat(notes).anyMatch(note -> note.contains("is not read again"));
        long again = read.stream()
                .filter(each -> each.length() > 64 * 1024)
                .mapToLong(each -> held.intersect(each).totalBytes())
                .sum();
        assertThat(again)
                .as("samples: the first window of each stream, and one of all others")
                .isLessThanOrEqualTo(3 * MIB);
        return 1;
    }

    /** The second run finds readable what the first did not, and nothing that the first read is given up. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasReadOnceStays(boolean withMap) throws Exception {
        Extent once = new Extent(4 * MIB + 8192, 512);
        Extent late = new Extent(6 * MIB + 1024, 512);
        Extent never = new Extent(6 * MIB + 4096, 512);
        source.asSource(device -> failing(device, ExtentSet.of(late, never)));
        bench.storesAre(BrokenEnd::new);
        Report broken = bench.run(plan());
        bench.storesAre(store -> store);
        assertThat(broken.state()).as(broken.toText()).isEqualTo(JobState.INCOMPLETE);
        if (!withMap) {
            Files.delete(only(".map"));
        }
        source.asSource(device -> failing(device, ExtentSet.of(once, never)));
        Report report = bench.run(plan());
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.details()).singleElement().asString().contains("at byte " + never.start());
        assertRestores(report.resultPath(), ExtentSet.of(never));
    }

    /** Takes everything of a new image but its end, which begins with the second description. */
    private static final class BrokenEnd extends UnflushedStore {
        BrokenEnd(ImageStore inner) {
            super(inner);
        }

        @Override
        public ImageOutput create(String name) throws RescueException {
            ImageOutput output = super.create(name);
            return new ImageOutput() {
                private int descriptions;

                @Override
                public String name() {
                    return output.name();
                }

                @Override
                public long positionBytes() {
                    return output.positionBytes();
                }

                @Override
                public void append(ByteBuffer buffer) throws RescueException {
                    boolean isRecord = buffer.remaining() > 128 && buffer.get(buffer.position() + 3) == 'R';
                    boolean isDescription = isRecord && buffer.get(buffer.position() + 16) == 16;
                    descriptions += isDescription ? 1 : 0;
                    if (descriptions > 1) {
                        throw new DeviceException("no space", DeviceException.ENOSPC);
                    }
                    output.append(buffer);
                }

                @Override
                public void flush() throws RescueException {
                    output.flush();
                }

                @Override
                public void close() throws RescueException {
                    output.close();
                }
            };
        }
    }

    @Test
    void aSampleTellsThatTheSourceIsAnother() throws Exception {
        bench.storesAre(StoreFaults.from(StoreFaults.Hit.CHANGE, 40, DeviceException.ENOSPC)::on);
        assertThat(bench.run(plan()).state()).isEqualTo(JobState.INCOMPLETE);
        bench.storesAre(store -> store);
        Layouts.fill(source.medium(), new Extent(MIB, 4096), 50);
        Report report = bench.run(plan());
        assertThat(files(".rkimg.partial")).hasSize(1);
        assertAllIsSaved(report);
    }

    private List<Path> files(String suffix) throws Exception {
        try (Stream<Path> files = Files.walk(Path.of(bench.images()))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .toList();
        }
    }

    private Path only(String suffix) throws Exception {
        List<Path> files = files(suffix);
        assertThat(files).hasSize(1);
        return files.getFirst();
    }
}
