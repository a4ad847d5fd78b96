package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** In which order a failing disk is read, and that everything comes exactly once. */
final class SourcePassesTest {
    private static final int SECTOR = 512;
    private static final int BLOCK = 64 * 1024;
    private static final int WINDOW = 4 * BLOCK;
    private static final int SIZE = 24 << 20;

    private final MemoryDevice disk = new MemoryDevice(SIZE, SectorSize.SECTOR_512);
    private final List<String> notes = new ArrayList<>();
    private final JobControl control = new JobControl(event -> {});
    private final AtomicLong clock = new AtomicLong();
    private final List<Extent> reads = new ArrayList<>();

    @BeforeEach
    void fill() throws Exception {
        Layouts.fill(disk, 1);
    }

    /** Writes down what is read of a device, and lets the clock run while a slow extent is read. */
    private final class Recording extends ForwardingDevice {
        private final ExtentSet slow;

        Recording(BlockDevice inner, ExtentSet slow) {
            super(inner);
            this.slow = slow;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            Extent extent = new Extent(offsetBytes, buffer.remaining());
            reads.add(extent);
            clock.addAndGet(slow.intersects(extent) ? 2 * SourcePasses.SLOW_NANOS : 1);
            super.read(offsetBytes, buffer);
        }
    }

    private static Step.ReadStream whole(long bytes) {
        Extent all = new Extent(0, bytes);
        return new Step.ReadStream(0, "the disk", all, ExtentSet.of(all));
    }

    private SourcePasses passes(ReopenableSource source, List<Step.ReadStream> streams, int mostDeferred) {
        return new SourcePasses(
                source, streams, BLOCK, WINDOW, EarlierRun.NONE, clock::get, notes::add, control, mostDeferred);
    }

    /** Reads all of it; checks that every used block comes once and holds what it should; returns what was lost. */
    private List<ExtentSet> readAll(SourcePasses passes, List<Step.ReadStream> streams, ExtentSet dead)
            throws RescueException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(WINDOW);
        List<ExtentSet.Builder> seen = new ArrayList<>();
        List<ExtentSet.Builder> lost = new ArrayList<>();
        streams.forEach(stream -> {
            seen.add(ExtentSet.builder());
            lost.add(ExtentSet.builder());
        });
        long[] total = new long[streams.size()];
        for (SourcePasses.Window w = passes.next(buffer); w != null; w = passes.next(buffer)) {
            Step.ReadStream stream = streams.get(w.index());
            assertThat(w.isRead()).isTrue();
            assertThat(w.extent().start() % BLOCK).isZero();
            assertThat(buffer.remaining()).isEqualTo((int) w.extent().length());
            total[w.index()] += w.extent().length();
            seen.get(w.index()).add(w.extent());
            w.unreadable().forEach(lost.get(w.index())::add);
            assertHolds(
                    buffer,
                    w.extent().shift(stream.onDisk().start()),
                    stream.toRead(w.extent())
                            .subtract(w.unreadable())
                            .shift(stream.onDisk().start()));
        }
        List<ExtentSet> result = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            ExtentSet windows = seen.get(i).build();
            Step.ReadStream stream = streams.get(i);
            assertThat(windows.totalBytes()).as("no window comes twice").isEqualTo(total[i]);
            assertThat(stream.used().subtract(windows).isEmpty())
                    .as("all comes")
                    .isTrue();
            ExtentSet missing = lost.get(i).build();
            assertThat(missing)
                    .isEqualTo(stream.used()
                            .shift(stream.onDisk().start())
                            .intersect(dead)
                            .shift(-stream.onDisk().start()));
            result.add(missing);
        }
        return result;
    }

    private void assertHolds(ByteBuffer buffer, Extent window, ExtentSet readable) throws RescueException {
        byte[] expected = new byte[(int) window.length()];
        for (Extent extent : readable) {
            ByteBuffer part = ByteBuffer.allocate((int) extent.length());
            disk.read(extent.start(), part);
            System.arraycopy(part.array(), 0, expected, (int) (extent.start() - window.start()), part.capacity());
        }
        byte[] found = new byte[expected.length];
        buffer.get(found);
        assertThat(Arrays.mismatch(found, expected)).as("%s", window).isEqualTo(-1);
    }

    private ReopenableSource recorded(Fault... faults) {
        return ReopenableSource.fixed(new Recording(new FaultyDevice(disk, 1, faults), ExtentSet.empty()));
    }

    @Test
    void aHealthyDiskIsReadInOrderAndOnce() throws Exception {
        List<Step.ReadStream> streams = List.of(whole(SIZE));
        readAll(passes(recorded(), streams, 1000), streams, ExtentSet.empty());
        assertThat(reads).hasSize(SIZE / WINDOW);
        assertThat(reads).isSortedAccordingTo(Comparator.comparingLong(Extent::start));
        assertThat(notes).isEmpty();
    }

    /** What reads easily is safe before anything is tried sector by sector, and before small pieces are. */
    @Test
    void theHealthyPartIsReadBeforeTheDeadAreaIsScraped() throws Exception {
        Extent dead = new Extent(5 * 1024 * 1024 + SECTOR, 6 << 20);
        List<Step.ReadStream> streams = List.of(whole(SIZE));
        readAll(passes(recorded(new Fault.BadSectors(dead)), streams, 1000), streams, ExtentSet.of(dead));
        int firstScraped = firstRead(SECTOR);
        int firstPiece = firstRead(SourceReader.PIECE_BYTES);
        ExtentSet.Builder before = ExtentSet.builder();
        reads.subList(0, firstPiece).stream()
                .filter(read -> !read.overlaps(dead))
                .forEach(before::add);
        ExtentSet missing = before.build().complement(new Extent(0, SIZE)).subtract(ExtentSet.of(dead));
        assertThat(missing.totalBytes()).as("%s is read late", missing).isLessThan(2 * WINDOW);
        assertThat(firstScraped).isGreaterThan(firstPiece);
        long inDeadBefore = reads.subList(0, firstPiece).stream()
                .filter(read -> read.overlaps(dead))
                .count();
        assertThat(inDeadBefore).as("tries in the dead area").isLessThan(40);
        assertThat(notes).anyMatch(note -> note.contains("leapt over")).anyMatch(note -> note.contains("small pieces"));
        assertThat(notes.stream().filter(note -> note.contains("sector by sector:")))
                .isNotEmpty();
    }

    /** A sector alone is read to see whether the disk is still there, but never where it is dead. */
    private int firstRead(int bytes) {
        for (int i = 0; i < reads.size(); i++) {
            Extent read = reads.get(i);
            boolean isScrape = bytes != SECTOR || read.start() > 5 << 20;
            if (read.length() == bytes && isScrape && read.start() < 11 << 20) {
                return i;
            }
        }
        throw new AssertionError("no read of " + bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everythingReadableIsSavedAndEveryLossIsListedExactly(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Fault.RandomBadSectors bad = new Fault.RandomBadSectors(seed % 2 == 0 ? 10_000 : 500);
        long start = random.nextInt(SIZE / SECTOR / 2) * (long) SECTOR;
        Extent dead = new Extent(start, random.nextInt(1, SIZE / SECTOR / 3) * (long) SECTOR);
        FaultyDevice device = new FaultyDevice(disk, seed, bad, new Fault.BadSectors(dead));
        ExtentSet all = device.randomBad(bad, new Extent(0, SIZE)).union(ExtentSet.of(dead));
        List<Step.ReadStream> streams = List.of(
                new Step.ReadStream(
                        0, "rest", new Extent(0, SIZE), used(random, SIZE).intersect(new Extent(0, 4 << 20))),
                new Step.ReadStream(1, "one", new Extent(4 << 20, 8 << 20), used(random, 8 << 20)),
                new Step.ReadStream(
                        2, "two", new Extent(12 << 20, (12 << 20) - SECTOR), used(random, (12 << 20) - SECTOR)));
        readAll(passes(ReopenableSource.fixed(device), streams, seed == 5 ? 3 : 1000), streams, all);
    }

    private static ExtentSet used(SplittableRandom random, long bytes) {
        ExtentSet.Builder used = ExtentSet.builder();
        for (long at = 0; at < bytes; ) {
            long end = Math.min(bytes, at + random.nextInt(1, 3000) * (long) SECTOR);
            used.add(at, end);
            at = end + (random.nextInt(3) == 0 ? random.nextInt(800) * (long) SECTOR : 8 * SECTOR);
        }
        return used.build();
    }

    @Test
    void sectorsThatReadAtALaterTryAreNoLoss() throws Exception {
        Fault weak = new Fault.WeakSectors(new Extent(3 << 20, 2 << 20), 2);
        List<Step.ReadStream> streams = List.of(whole(SIZE));
        readAll(passes(recorded(weak), streams, 1000), streams, ExtentSet.empty());
    }

    /** A slow place is left alone as long as there are others. */
    @Test
    void slowPlacesAreReadLast() throws Exception {
        Extent slow = new Extent(4 << 20, 8 << 20);
        ReopenableSource source = ReopenableSource.fixed(new Recording(disk, ExtentSet.of(slow)));
        List<Step.ReadStream> streams = List.of(whole(SIZE));
        readAll(passes(source, streams, 1000), streams, ExtentSet.empty());
        assertThat(reads).as("nothing is read twice").hasSize(SIZE / WINDOW);
        long before = reads.subList(0, (SIZE - (8 << 20)) / WINDOW).stream()
                .filter(slow::overlaps)
                .count();
        assertThat(before).isLessThan(8);
        assertThat(notes).anyMatch(note -> note.contains("slow"));
    }

    @Test
    void aDeadAreaOfAnySizeStaysAffordable() throws Exception {
        long size = 1L << 40;
        Extent dead = new Extent(1L << 30, 4L << 30);
        MemoryDevice large = new MemoryDevice(size, SectorSize.SECTOR_512);
        Extent behind = Extent.between(dead.end(), dead.end() + (1 << 20));
        ExtentSet used = ExtentSet.of(new Extent(0, 1 << 20), dead, behind);
        List<Step.ReadStream> streams = List.of(new Step.ReadStream(0, "disk", new Extent(0, size), used));
        ReopenableSource source = ReopenableSource.fixed(
                new Recording(new FaultyDevice(large, 1, new Fault.BadSectors(dead)), ExtentSet.empty()));
        SourcePasses passes =
                new SourcePasses(source, streams, 1 << 18, 1 << 20, EarlierRun.NONE, clock::get, notes::add, control);
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        ExtentSet.Builder lost = ExtentSet.builder();
        for (SourcePasses.Window w = passes.next(buffer); w != null; w = passes.next(buffer)) {
            w.unreadable().forEach(lost::add);
        }
        assertThat(lost.build()).isEqualTo(ExtentSet.of(dead));
        assertThat(reads.size()).isLessThan(3500);
    }

    private BlockDevice staysOpen() {
        return new ForwardingDevice(disk) {
            @Override
            public void close() {}
        };
    }

    @Test
    void aDiskThatCameBackIsReadOn() throws Exception {
        int[] opened = new int[1];
        ReopenableSource source = ReopenableSource.of(new FaultyDevice(staysOpen(), 1, new Fault.Gone(20)), () -> {
            opened[0]++;
            return new FaultyDevice(staysOpen(), 1, new Fault.Gone(60));
        });
        List<Step.ReadStream> streams = List.of(whole(SIZE));
        readAll(passes(source, streams, 1000), streams, ExtentSet.empty());
        assertThat(opened[0]).isEqualTo(2);
    }

    @Test
    void anotherDiskInItsPlaceIsNotTakenForIt() {
        ReopenableSource source = ReopenableSource.of(
                new FaultyDevice(disk, 1, new Fault.Gone(20)),
                () -> new MemoryDevice(SIZE - SECTOR, SectorSize.SECTOR_512));
        List<Step.ReadStream> streams = List.of(whole(SIZE));
        assertThatThrownBy(() -> readAll(passes(source, streams, 1000), streams, ExtentSet.empty()))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("is gone");
    }

    /** Whenever it vanishes, and with whatever error, it is gone and not damaged. */
    @ParameterizedTest
    @ValueSource(ints = {DeviceException.EIO, DeviceException.ENXIO})
    void aDiskThatVanishesAtAnyReadIsGone(int errno) throws Exception {
        List<Step.ReadStream> streams = List.of(whole(SIZE));
        Fault bad = new Fault.BadSectors(new Extent(3 << 20, 2 << 20));
        for (int n = 1; ; n += 1 + n / 10) {
            FaultyDevice vanishing = new FaultyDevice(disk, 1, bad, new Fault.ReadError(Fault.Calls.from(n), errno));
            SourcePasses passes = passes(ReopenableSource.fixed(vanishing), streams, 1000);
            int until = n;
            try {
                readAll(passes, streams, ExtentSet.of(new Extent(3 << 20, 2 << 20)));
                assertThat(n).isGreaterThan(2000);
                return;
            } catch (DeviceException e) {
                assertThat(e).as("vanishes at read %d", until).isNotNull();
            }
        }
    }
}
