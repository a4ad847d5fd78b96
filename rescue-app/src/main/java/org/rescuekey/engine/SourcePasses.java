package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Reads the used extents of a plan's streams in the order in which a failing disk gives the most, and a healthy one is read
 * strictly ascending, each byte once. The passes:
 *
 * <ol>
 *   <li>forwards, what reads easily; a window that fails is put off, and after the second trouble in a row (a window that
 *       fails, or takes long) the reader leaps ahead, by twice as much each time;
 *   <li>what was leapt over, backwards and forwards in turn, again with leaps, as long as that gives something;
 *   <li>what failed, backwards, block by block in pieces of 64 KiB;
 *   <li>what failed there, and what was leapt over every time, sector by sector, by the rule of {@link DeadAreas};
 *   <li>what an earlier run could not read, sector by sector, once.
 * </ol>
 *
 * <p>How to use it: {@link #next} fills a buffer with a window and says which it is, until it returns null. Windows are whole
 * blocks of a stream; each block in which something is used comes exactly once, and those of one stream mostly, but not
 * always, in ascending order ({@link Window#pass()} 1 is in order). What could not be read is zero in the buffer and listed in
 * {@link Window#unreadable()}; so is what is not wanted, without being listed. Too much put off, and trouble is dealt with where
 * it is met. For one thread, but for {@link #state}.
 */
final class SourcePasses {
    /** A read that takes longer is trouble, although it gave what was wanted. */
    static final long SLOW_NANOS = 5_000_000_000L;

    /** So many blocks are put off at most: an index that is put together again keeps late blocks in memory. */
    static final int MOST_DEFERRED = 1 << 17;

    private static final int TROUBLES_BEFORE_LEAP = 2;
    private static final int LONGEST_LEAP_WINDOWS = 1 << 10;
    private static final int MOST_LEAPT_PASSES = 6;

    /** After so many blocks in a row with pieces that fail, a block is given up at its first such piece. */
    private static final int DEAD_AFTER_BLOCKS = 4;

    /**
     * A window whose turn it was.
     *
     * @param index the place of its stream in the plan's list
     * @param extent whole blocks, in bytes from the stream's start
     * @param isRead whether the buffer holds it; otherwise an earlier run holds it, and it was not read
     * @param unreadable what of it could not be read, by this run or by the earlier one
     * @param pass the pass that it came in, from 1
     */
    record Window(int index, Extent extent, boolean isRead, ExtentSet unreadable, int pass) {}

    /**
     * What is known of windows that have not had their turn; for each stream, and from its start.
     *
     * @param failed windows that failed as a whole
     * @param pieces the parts of them that failed as pieces
     * @param what the character of what is done at this moment, see {@link RescueMap}
     */
    record State(List<ExtentSet> failed, List<ExtentSet> pieces, char what) {}

    private enum How {
        EASILY(RescueMap.COPYING),
        PIECES(RescueMap.TRIMMING),
        SECTORS(RescueMap.SCRAPING),
        RETRY(RescueMap.RETRYING);

        private final char what;

        How(char what) {
            this.what = what;
        }
    }

    private final List<Step.ReadStream> streams;
    private final int blockBytes;
    private final int windowBytes;
    private final EarlierRun earlier;
    private final LongSupplier nanoTime;
    private final PassNotes notes;
    private final JobControl control;
    private final int mostDeferred;
    private final SourceReader reader;
    private final Samples samples;
    private final DeferredWindows failed;
    private final DeferredWindows pieces;
    private final DeferredWindows retried;
    private DeferredWindows scraped;
    private DeferredWindows leapt;
    private WindowWalk walk;
    private volatile How how = How.EASILY;
    private int pass = 1;
    private int leaptPasses;
    private boolean isAnyRead;
    private int troubles;
    private long deferredBlocks;
    private long passBytes;
    private Region region;
    private volatile boolean isTroubled;

    /**
     * Passes over a source.
     *
     * @param blockBytes windows are whole blocks
     * @param windowBytes what is read at once; a power of two of blocks
     * @param nanoTime a clock that only ascends, which tells slow reads and paces notes
     */
    SourcePasses(
            ReopenableSource source,
            List<Step.ReadStream> streams,
            int blockBytes,
            int windowBytes,
            EarlierRun earlier,
            LongSupplier nanoTime,
            Consumer<String> notes,
            JobControl control) {
        this(source, streams, blockBytes, windowBytes, earlier, nanoTime, notes, control, MOST_DEFERRED);
    }

    SourcePasses(
            ReopenableSource source,
            List<Step.ReadStream> streams,
            int blockBytes,
            int windowBytes,
            EarlierRun earlier,
            LongSupplier nanoTime,
            Consumer<String> notes,
            JobControl control,
            int mostDeferred) {
        this.streams = List.copyOf(streams);
        this.blockBytes = blockBytes;
        this.windowBytes = windowBytes;
        this.earlier = earlier;
        this.nanoTime = nanoTime;
        this.notes = new PassNotes(notes, nanoTime, control);
        this.control = control;
        this.mostDeferred = mostDeferred;
        reader = new SourceReader(source, notes, this.notes);
        samples = new Samples(streams.size());
        region = new Region(this.streams);
        failed = new DeferredWindows(streams.size());
        pieces = new DeferredWindows(streams.size());
        retried = new DeferredWindows(streams.size());
        scraped = new DeferredWindows(streams.size());
        leapt = new DeferredWindows(streams.size());
        List<ExtentSet> all = new ArrayList<>();
        List<ExtentSet> edges = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            all.add(ExtentSet.of(new Extent(0, streams.get(i).onDisk().length())));
            edges.add(earlier.whole(i).union(earlier.partly(i)));
        }
        walk = new WindowWalk(this.streams, all, edges, blockBytes, windowBytes, false);
    }

    /**
     * Reads the next window.
     *
     * @param buffer direct, and as long as a window; cleared and filled up to the window's length
     * @return the window, or null if there is no more
     */
    @Nullable
    Window next(ByteBuffer buffer) throws RescueException {
        while (true) {
            control.checkpoint();
            Extent extent = walk.next();
            if (extent == null) {
                if (!nextPass()) {
                    reader.finish();
                    return null;
                }
                continue;
            }
            Window window = take(walk.index(), extent, buffer);
            notes.done(
                    streams.get(walk.index()).used().intersect(extent).totalBytes(),
                    window == null ? 0 : window.unreadable().totalBytes());
            if (window != null) {
                return window;
            }
        }
    }

    private @Nullable Window take(int index, Extent extent, ByteBuffer buffer) throws RescueException {
        return switch (how) {
            case EASILY -> easily(index, extent, buffer);
            case PIECES -> inPieces(index, extent, buffer);
            case SECTORS -> bySectors(index, extent, buffer);
            case RETRY -> retry(index, extent, buffer);
        };
    }

    private @Nullable Window easily(int index, Extent extent, ByteBuffer buffer) throws RescueException {
        if (pass == 1 && earlier.partly(index).intersects(extent)) {
            retried.add(index, extent);
            return null;
        }
        if (pass == 1 && earlier.whole(index).intersects(extent)) {
            return new Window(index, extent, isSampled(index, extent, buffer), ExtentSet.empty(), pass);
        }
        long before = nanoTime.getAsLong();
        if (reader.readEasily(part(index, extent), buffer)) {
            isAnyRead = true;
            if (nanoTime.getAsLong() - before <= SLOW_NANOS) {
                troubles = 0;
            } else {
                trouble(index, "is slow", extent);
            }
            return new Window(index, extent, true, ExtentSet.empty(), pass);
        }
        if (pass == 1 && deferredBlocks >= mostDeferred) {
            isTroubled = true;
            return whole(index, extent, reader.readAll(part(index, extent), ExtentSet.empty(), buffer));
        }
        failed.add(index, extent);
        deferredBlocks += pass == 1 ? blocks(index, extent) : 0;
        trouble(index, "does not read", extent);
        if (troubles >= TROUBLES_BEFORE_LEAP) {
            reader.requireAlive();
        }
        return null;
    }

    private boolean isSampled(int index, Extent extent, ByteBuffer buffer) throws RescueException {
        if (!samples.isWanted(index, extent)) {
            return false;
        }
        boolean isRead = reader.readEasily(part(index, extent), buffer);
        samples.told(index, isRead);
        return isRead;
    }

    private void trouble(int index, String what, Extent extent) {
        if (!isTroubled) {
            notes.tell("The source " + what + " at byte "
                    + (streams.get(index).onDisk().start() + extent.start())
                    + ": what reads easily is read first, and what does not is tried later.");
        }
        isTroubled = true;
        troubles++;
        if (troubles < TROUBLES_BEFORE_LEAP || (pass == 1 && deferredBlocks >= mostDeferred)) {
            return;
        }
        int windows = 1 << Math.min(30, troubles - TROUBLES_BEFORE_LEAP);
        Extent over = walk.leap((long) windowBytes * Math.min(windows, LONGEST_LEAP_WINDOWS));
        if (over != null) {
            leapt.add(index, over);
            deferredBlocks += pass == 1 ? blocks(index, over) : 0;
        }
    }

    private @Nullable Window inPieces(int index, Extent extent, ByteBuffer buffer) throws RescueException {
        int mostFailed = troubles < DEAD_AFTER_BLOCKS ? Integer.MAX_VALUE : 1;
        ExtentSet bad = reader.readPieces(part(index, extent), mostFailed, buffer);
        if (bad.isEmpty()) {
            troubles = 0;
            return new Window(index, extent, true, ExtentSet.empty(), pass);
        }
        scraped.add(index, extent);
        long start = streams.get(index).onDisk().start();
        bad.forEach(piece -> pieces.add(index, piece.shift(-start)));
        troubles++;
        if (troubles >= TROUBLES_BEFORE_LEAP) {
            reader.requireAlive();
        }
        return null;
    }

    private Window bySectors(int index, Extent extent, ByteBuffer buffer) throws RescueException {
        if (!region.goesOn(index, extent)) {
            reader.regionBegins();
        }
        ExtentSet failing = pieces.of(index)
                .intersect(extent)
                .shift(streams.get(index).onDisk().start());
        return whole(index, extent, reader.readAll(part(index, extent), failing, buffer));
    }

    private Window retry(int index, Extent extent, ByteBuffer buffer) throws RescueException {
        if (!region.goesOn(index, extent)) {
            reader.regionBegins();
        }
        long start = streams.get(index).onDisk().start();
        ExtentSet missing = earlier.load(index, extent, buffer);
        ExtentSet still =
                reader.retry(extent.shift(start), missing.shift(start), buffer).shift(-start);
        return new Window(index, extent, still.totalBytes() < missing.totalBytes(), still, pass);
    }

    private Window whole(int index, Extent extent, ExtentSet lost) {
        ExtentSet unreadable = lost.shift(-streams.get(index).onDisk().start());
        return new Window(index, extent, true, unreadable, pass);
    }

    private boolean nextPass() {
        boolean isInVain = leaptPasses > 1 && !isAnyRead;
        if (how == How.EASILY && !leapt.isEmpty() && !isInVain && leaptPasses < MOST_LEAPT_PASSES) {
            leaptPasses++;
            isAnyRead = false;
            DeferredWindows over = leapt;
            leapt = new DeferredWindows(streams.size());
            begin(How.EASILY, "what was leapt over", over, windowBytes, leaptPasses % 2 == 1);
        } else if (how == How.EASILY) {
            scraped = leapt;
            begin(How.PIECES, "what failed, in small pieces", failed, blockBytes, true);
        } else if (how == How.PIECES) {
            begin(How.SECTORS, "what is left, sector by sector", scraped, blockBytes, false);
        } else if (how == How.SECTORS) {
            begin(How.RETRY, "what could not be read before the interruption", retried, blockBytes, false);
        } else {
            return false;
        }
        return true;
    }

    private void begin(How next, String what, DeferredWindows regions, int unitBytes, boolean isBackwards) {
        how = next;
        troubles = 0;
        region = new Region(streams);
        List<ExtentSet> all = regions.all();
        List<ExtentSet> none = streams.stream().map(stream -> ExtentSet.empty()).toList();
        walk = new WindowWalk(streams, all, none, blockBytes, unitBytes, isBackwards);
        long leftBytes = 0;
        for (int i = 0; i < streams.size(); i++) {
            leftBytes += streams.get(i).used().intersect(all.get(i)).totalBytes();
        }
        if (leftBytes > 0) {
            pass++;
            passBytes = leftBytes;
            isTroubled = true;
            notes.begin("Pass " + pass + ", " + what, leftBytes);
        }
    }

    private SourceReader.Part part(int index, Extent extent) {
        Step.ReadStream stream = streams.get(index);
        long start = stream.onDisk().start();
        return new SourceReader.Part(
                extent.shift(start),
                stream.toRead(extent).shift(start),
                stream.knownBad().intersect(extent).shift(start));
    }

    /** The blocks of an extent in which something is used. */
    private long blocks(int index, Extent extent) {
        Step.ReadStream stream = streams.get(index);
        ExtentSet used = stream.used().intersect(extent);
        return Math.ceilDiv(used.align(blockBytes, stream.onDisk().length()).totalBytes(), blockBytes);
    }

    /** The used bytes that the present pass had before it when it began; 0 in the first, which has all of them. */
    long passBytes() {
        return passBytes;
    }

    /** Whether anything did not read as it should, or was slow. */
    boolean isTroubled() {
        return isTroubled;
    }

    /** What could not be read, but is no loss: zeros stand for it. In bytes of the source; known behind the last window. */
    ExtentSet givenUp() {
        return reader.givenUp();
    }

    /** What is known of windows whose turn is yet to come. For any thread. */
    State state() {
        return new State(failed.all(), pieces.all(), how.what);
    }
}
