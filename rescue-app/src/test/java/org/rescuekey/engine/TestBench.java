package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.ImageStore;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * A machine for tests: disks in memory, a folder for images that is never flushed to a medium, a clock that stands still,
 * and the real service on top. After every job it holds, whatever the test is about, that no thread and no open device is
 * left and that the protection of the source was lifted.
 */
public final class TestBench implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-11-22T09:06:30Z");
    public static final long MIB = 1L << 20;
    private static final int WORKERS = 2;
    private static final long TICK_NANOS = 300_000_000;

    private final Path directory;
    private final FakeMachine machine;
    private final LocalRescueService service;
    private UnaryOperator<ImageStore> storeDecorator = store -> store;

    public TestBench() {
        this("journal");
    }

    /** @param journal where jobs are written down, below the bench's folder */
    TestBench(String journal) {
        this(journal, new HurryingTicker());
    }

    /** A bench on which a job's time passes as a test wants it. */
    TestBench(Ticker ticker) {
        this("journal", ticker);
    }

    /** Every look at the clock finds it a third of a second later; nobody who waits sees time pass. */
    private static final class HurryingTicker implements Ticker {
        private final AtomicLong ticks = new AtomicLong();

        @Override
        public long getAsLong() {
            return ticks.incrementAndGet() * TICK_NANOS;
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // whoever calls this waits in one
        public void await(Object monitor, long nanos) throws InterruptedException {
            monitor.wait();
        }
    }

    private static final class MemoryRooms implements OverlayRoom.Rooms {
        @Override
        public OverlayRoom.Offers offers(Optional<String> folder, Optional<Extent> tail) {
            return new OverlayRoom.Offers(1L << 40, Optional.empty(), tail);
        }

        @Override
        public BlockDevice open(OverlayRoom room, BlockDevice target) {
            return new MemoryDevice("changes", ((OverlayRoom.Memory) room).bytes(), SectorSize.SECTOR_512);
        }
    }

    private VolumeResizer.Finder resizers = type -> Optional.empty();

    /** What changes the sizes of file systems from now on. */
    void resizersAre(VolumeResizer.Finder now) {
        resizers = now;
    }

    private TestBench(String journal, Ticker ticker) {
        try {
            directory = Files.createTempDirectory("rescuekey-bench");
            Files.createDirectory(directory.resolve("images"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        machine = new FakeMachine(images());
        service = new LocalRescueService(
                machine,
                machine,
                place -> storeDecorator.apply(new UnflushedStore(new FileImageStore(place))),
                new Journal(directory.resolve(journal)),
                Clock.fixed(NOW, ZoneOffset.UTC),
                ticker,
                new SecureRandom(),
                WORKERS,
                new ViewTools(type -> resizers.forType(type), new MemoryRooms()),
                "test");
    }

    /** An empty disk that the machine has from now on; one of the same path is replaced. */
    public BenchDisk disk(String path, long sizeBytes, SectorSize sector) {
        return machine.plug(new BenchDisk(path, sizeBytes, sector));
    }

    public BenchDisk disk(String path, long sizeBytes) {
        return disk(path, sizeBytes, SectorSize.SECTOR_512);
    }

    /** Puts a disk that was made before where another one is. */
    BenchDisk plug(BenchDisk disk) {
        return machine.plug(disk);
    }

    /** The folder that images go to. */
    public String images() {
        return directory.resolve("images").toString();
    }

    Path directory() {
        return directory;
    }

    FakeMachine machine() {
        return machine;
    }

    /** From now on images are written and read through this. */
    TestBench storesAre(UnaryOperator<ImageStore> decorator) {
        storeDecorator = decorator;
        return this;
    }

    /** From now on the images lie on these devices. */
    public TestBench imagesLieOn(String... devices) {
        machine.imagesLieOn(devices);
        return this;
    }

    public RescueService service() {
        return service;
    }

    Plan plan(Request request) throws RescueException {
        return service.plan(request).orThrow();
    }

    /** A full image. */
    static Request.Capture captureOf(String source, String place, Integer... partitions) {
        return captureOf(Request.Kind.FULL, source, place, partitions);
    }

    static Request.Capture captureOf(Request.Kind kind, String source, String place, Integer... partitions) {
        SortedSet<Integer> chosen = new TreeSet<>(List.of(partitions));
        return new Request.Capture(source, chosen, place, 1, Coverage.NEEDED, true).of(kind);
    }

    /** The same without going on with what was left unfinished. */
    static Request.Capture anew(Request.Capture of) {
        return inParts(of, of.partBytes(), false);
    }

    static Request.Capture inParts(Request.Capture of, long partBytes, boolean resume) {
        return new Request.Capture(
                of.source(),
                of.partitions(),
                of.place(),
                of.level(),
                of.coverage(),
                of.verify(),
                of.kind(),
                of.into(),
                partBytes,
                of.encrypt(),
                resume,
                of.otherPlaces());
    }

    static Request.Capture into(Request.Capture of, String set) {
        return new Request.Capture(
                of.source(),
                of.partitions(),
                of.place(),
                of.level(),
                of.coverage(),
                of.verify(),
                of.kind(),
                set,
                of.partBytes(),
                of.encrypt(),
                of.resume(),
                of.otherPlaces());
    }

    /** The same, to these places. */
    static Request.Capture to(Request.Capture of, String... places) {
        return of.resolved(
                of.source(), of.partitions(), places[0], List.of(places).subList(1, places.length));
    }

    static Request.Restore restoreOf(String image, String target) {
        return new Request.Restore(image, target, new TreeMap<>(), false);
    }

    static Request.Restore restoreOf(String image, String target, int from, int to) {
        SortedMap<Integer, Integer> partitions = new TreeMap<>();
        partitions.put(from, to);
        return new Request.Restore(image, target, partitions, false);
    }

    public Report capture(String source, Integer... partitions) throws RescueException {
        return run(plan(captureOf(source, images(), partitions)));
    }

    /** The path of a new image, which has to become complete. */
    public String image(String source, Integer... partitions) throws RescueException {
        Report report = capture(source, partitions);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        return report.resultPath();
    }

    public Report restore(String image, String target) throws RescueException {
        return run(plan(restoreOf(image, target)));
    }

    static Request.Clone cloneOf(String source, String target) {
        return new Request.Clone(source, target, new TreeMap<>(), Coverage.NEEDED, false, true);
    }

    static Request.Clone cloneOf(String source, String target, int from, int to) {
        SortedMap<Integer, Integer> partitions = new TreeMap<>();
        partitions.put(from, to);
        return new Request.Clone(source, target, partitions, Coverage.NEEDED, false, true);
    }

    public Report cloned(String source, String target) throws RescueException {
        return run(plan(cloneOf(source, target)));
    }

    public Report verify(String image) throws RescueException {
        return run(plan(new Request.Verify(image, false)));
    }

    Report run(Plan plan) throws RescueException {
        return run(plan, (control, event) -> {});
    }

    /** Confirms a plan by its digest and runs it. */
    Report run(Plan plan, BiConsumer<JobControl, JobEvent> listener) throws RescueException {
        List<JobEvent> events = new ArrayList<>();
        JobControl[] control = new JobControl[1];
        control[0] = new JobControl(event -> {
            events.add(event);
            listener.accept(control[0], event);
        });
        try {
            Report report = service.run(ConfirmedPlan.byDigest(plan, plan.digest()), control[0]);
            assertThat(events.getLast()).isEqualTo(new JobEvent.Finished(report));
            return report;
        } finally {
            assertThat(threadsOfJobs()).as("threads left by a job").isEmpty();
            machine.assertNothingIsOpen();
        }
    }

    static List<String> threadsOfJobs() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.matches("(job|(capture|verify|restore|clone|read-back)-\\d+)"))
                .toList();
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
