package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.Hash;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.container.BlockHasher;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Copies streams of a source to a target, window by window: read in disk order, compared with the target by bytes where that
 * pays, written in order, and read back. What was written is remembered by its hashes, so that the source is read only once.
 */
final class CloneJob {
    static final int WINDOW_BITS = 20;
    private static final int WINDOW_BYTES = 1 << WINDOW_BITS;

    private final SourceReader source;
    private final TargetWriter target;
    private final Delta delta;
    private final Meter meter;
    private final JobControl control;
    private final int workers;
    private final UnreadableRanges unreadable;
    private final WrittenBlocks written = new WrittenBlocks();
    private final WindowHashes hashes;
    private final WindowHashes writtenHashes;
    private long keptBytes;
    private final long targetBytes;
    private final long hashSeed;
    private final List<Slot> slots = new ArrayList<>();

    /**
     * A job.
     *
     * @param hashSeed what the hashes depend on, drawn by lot
     */
    CloneJob(
            SourceReader source,
            TargetWriter target,
            long targetBytes,
            Delta delta,
            UnreadableRanges unreadable,
            long hashSeed,
            Meter meter,
            JobControl control,
            int workers) {
        this.source = source;
        this.target = target;
        this.targetBytes = targetBytes;
        this.delta = delta;
        this.unreadable = unreadable;
        this.hashSeed = hashSeed;
        this.meter = meter;
        this.control = control;
        this.workers = workers;
        this.hashes = new WindowHashes(targetBytes);
        this.writtenHashes = new WindowHashes(targetBytes);
        for (int i = 0; i < 2 * workers + 2; i++) {
            slots.add(new Slot());
        }
    }

    /** The memory for one window of a stream. */
    private static final class Slot {
        final ByteBuffer plain = Buffers.aligned(WINDOW_BYTES);
        final ByteBuffer found = Buffers.aligned(WINDOW_BYTES);
        Extent window = new Extent(0, WINDOW_BYTES);
        /** What is written, in bytes from the stream's start; all else of {@link #plain} is zero. */
        ExtentSet runs = ExtentSet.empty();

        ExtentSet lost = ExtentSet.empty();
        /** What the target has lost because it was erased; in bytes from the stream's start. */
        ExtentSet erased = ExtentSet.empty();

        ExtentSet toWrite = ExtentSet.empty();
        boolean isAtEdge;
        boolean compared;
        boolean same;
        /** Bytes that could not be read, where the target keeps what it has. */
        long keptBytes;

        Hash hash = new Hash(0, 0, 0, 0);

        long number() {
            return window.start() >>> WINDOW_BITS;
        }

        ByteBuffer at(ByteBuffer buffer, Extent run) {
            return buffer.slice(Math.toIntExact(run.start() - window.start()), Math.toIntExact(run.length()));
        }
    }

    /**
     * Copies one stream but for the windows that touch what is erased: they come once, when it is known whether it was. On the
     * medium only after the target is flushed.
     *
     * @param erased bytes of the target
     */
    void copy(Step.CopyStream step, ExtentSet erased) throws RescueException {
        ExtentSet edges = windowsAt(step, erased);
        Windows windows = new Windows(writtenOf(step).subtract(edges), step);
        run(step, windows, ExtentSet.empty(), false);
    }

    /** The bytes that {@link #copy} goes through. */
    static long copiedBytes(Step.CopyStream step, ExtentSet erased) {
        return writtenOf(step).subtract(windowsAt(step, erased)).totalBytes();
    }

    /** The bytes that {@link #readBack} goes through. */
    long bytesToReadBack(List<Step.CopyStream> steps) {
        return written.bytesToReadBack(
                steps.stream().mapToLong(step -> writtenOf(step).totalBytes()).sum());
    }

    /** Copies the windows that {@link #copy} left, of a target that was erased there. */
    void copyEdges(Step.CopyStream step, ExtentSet erased) throws RescueException {
        Windows windows = new Windows(writtenOf(step).intersect(windowsAt(step, erased)), step);
        run(step, windows, ofStream(step, erased), true);
    }

    /** Whether the target, which was not erased, holds what {@link #copyEdges} would write. Nothing is written. */
    boolean areEdgesThere(List<Step.CopyStream> steps, ExtentSet erased) throws RescueException {
        long keptAtEdges = 0;
        Slot slot = slots.getFirst();
        slot.erased = ExtentSet.empty();
        for (Step.CopyStream step : steps) {
            Windows windows = new Windows(writtenOf(step).intersect(windowsAt(step, erased)), step);
            while (read(step, windows, slot)) {
                if (!isThere(step, slot)) {
                    return false;
                }
                unreadable.add(step.read(), slot.lost);
                keptAtEdges += slot.keptBytes;
            }
        }
        keptBytes += keptAtEdges;
        return true;
    }

    /** Bytes that could not be read, where the target kept what an earlier copy had put there. */
    long keptBytes() {
        return keptBytes;
    }

    /** The windows that touch extents of the target, in bytes from the stream's start. */
    private static ExtentSet windowsAt(Step.CopyStream step, ExtentSet onTarget) {
        return ofStream(step, onTarget).align(WINDOW_BYTES, Long.MAX_VALUE >>> WINDOW_BITS << WINDOW_BITS);
    }

    private static ExtentSet ofStream(Step.CopyStream step, ExtentSet onTarget) {
        return onTarget.intersect(step.onTarget()).shift(-step.onTarget().start());
    }

    /** What this job writes of a stream; its table or its ends come last. */
    private static ExtentSet writtenOf(Step.CopyStream step) {
        return step.read().used().subtract(step.leaveOut());
    }

    private void run(Step.CopyStream step, Windows windows, ExtentSet erased, boolean atEdges) throws RescueException {
        new Pipeline<>("clone", slots, workers)
                .run(
                        slot -> {
                            if (!read(step, windows, slot)) {
                                return false;
                            }
                            slot.isAtEdge = atEdges;
                            slot.erased = erased.intersect(slot.window);
                            slot.compared = delta.isEnabled() && (atEdges || delta.isWorthComparing());
                            return true;
                        },
                        () -> comparer(step),
                        slot -> drain(step, slot));
    }

    private boolean read(Step.CopyStream step, Windows windows, Slot slot) throws RescueException {
        control.checkpoint();
        if (!windows.next(slot)) {
            return false;
        }
        Step.ReadStream stream = step.read();
        long streamStart = stream.onDisk().start();
        slot.runs = writtenOf(step, slot.window);
        ExtentSet wanted = stream.toRead(slot.window).intersect(slot.runs);
        slot.lost = source.read(
                        slot.window.shift(streamStart),
                        wanted.shift(streamStart),
                        stream.knownBad().intersect(slot.window).shift(streamStart),
                        slot.plain)
                .shift(-streamStart);
        meter.read(wanted.totalBytes());
        return true;
    }

    private static ExtentSet writtenOf(Step.CopyStream step, Extent window) {
        return step.read().used().intersect(window).subtract(step.leaveOut());
    }

    private Pipeline.Worker<Slot> comparer(Step.CopyStream step) {
        BlockHasher hasher = BlockHasher.of(HashAlgorithm.XXH3_128, hashSeed);
        return new Pipeline.Worker<>() {
            @Override
            public void process(Slot slot) throws RescueException {
                slot.same = slot.compared && isThere(step, slot);
                slot.toWrite = slot.same ? slot.runs.intersect(slot.erased) : slot.runs;
                slot.hash = hasher.hash(slot.number(), slot.plain.duplicate());
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Compares what could be read and was not erased. Where all of it is there, what could not be read is left as the target has
     * it: a copy made when it still could be read is worth more than zeros. Where nothing could be read, nothing tells what the
     * target has; only zeros are left there.
     */
    private boolean isThere(Step.CopyStream step, Slot slot) throws RescueException {
        ExtentSet toCompare = slot.runs.subtract(slot.lost).subtract(slot.erased);
        boolean isSame = !toCompare.isEmpty();
        for (Extent run : toCompare) {
            isSame = isSame
                    && target.read(offset(step, run), slot.at(slot.found, run))
                    && slot.at(slot.found, run).mismatch(slot.at(slot.plain, run)) < 0;
        }
        ExtentSet lost = slot.lost.subtract(slot.erased);
        boolean isAllLost = toCompare.isEmpty() && !lost.isEmpty();
        if (isSame || isAllLost) {
            isSame = true;
            for (Extent run : lost) {
                isSame = isSame
                        && target.read(offset(step, run), slot.at(slot.plain, run))
                        && (!isAllLost || Buffers.isZero(slot.at(slot.plain, run)));
            }
        }
        slot.keptBytes = isAllLost ? 0 : lost.totalBytes();
        if (!isSame) {
            slot.lost.forEach(run -> Buffers.zero(slot.at(slot.plain, run)));
        }
        delta.compared(isSame ? toCompare.totalBytes() : 0, isSame && Buffers.isZero(slot.plain.duplicate()));
        return isSame;
    }

    private void drain(Step.CopyStream step, Slot slot) throws RescueException {
        unreadable.add(step.read(), slot.lost);
        long place = step.onTarget().start() + slot.window.start();
        hashes.add(place, slot.hash);
        if (slot.same) {
            keptBytes += slot.keptBytes;
        }
        if (!slot.toWrite.isEmpty()) {
            for (Extent run : slot.toWrite) {
                target.write(offset(step, run), slot.at(slot.plain, run));
            }
            written.add(step.stream(), slot.number(), slot.runs.totalBytes(), slot.compared);
            writtenHashes.add(place, slot.hash);
        }
        if (!slot.isAtEdge) {
            meter.done(slot.runs.totalBytes());
        }
        control.checkpoint();
    }

    private static long offset(Step.CopyStream step, Extent run) {
        Extent place = run.shift(step.onTarget().start());
        if (!step.onTarget().contains(place)) {
            throw new IllegalArgumentException("outside the stream's place: " + place);
        }
        return place.start();
    }

    /** Reads back what was written, from the medium. */
    void readBack(List<Step.CopyStream> steps, BlockDevice medium) throws RescueException {
        WindowHashes found = new WindowHashes(targetBytes);
        for (Step.CopyStream step : steps) {
            Windows windows = new Windows(writtenOf(step), step);
            new Pipeline<>("read-back", slots, workers)
                    .run(slot -> readBack(step, windows, medium, slot), this::hasher, slot -> {
                        found.add(step.onTarget().start() + slot.window.start(), slot.hash);
                        meter.done(slot.runs.totalBytes());
                        control.checkpoint();
                    });
        }
        List<Extent> differences = (written.isAll() ? hashes : writtenHashes).differences(found);
        if (!differences.isEmpty()) {
            Extent first = differences.getFirst();
            throw TargetWriter.differs("The target " + target.name() + " does not hold what was written: bytes "
                    + first.start() + " to " + first.end() + " differ"
                    + (differences.size() > 1 ? ", and " + (differences.size() - 1) + " more such ranges." : "."));
        }
    }

    private boolean readBack(Step.CopyStream step, Windows windows, BlockDevice medium, Slot slot)
            throws RescueException {
        do {
            control.checkpoint();
            if (!windows.next(slot)) {
                return false;
            }
        } while (!written.isToBeReadBack(step.stream(), slot.number()));
        slot.runs = writtenOf(step, slot.window);
        Buffers.zero(slot.plain.clear().limit(Math.toIntExact(slot.window.length())));
        for (Extent run : slot.runs) {
            medium.read(offset(step, run), slot.at(slot.plain, run));
        }
        return true;
    }

    private Pipeline.Worker<Slot> hasher() {
        BlockHasher hasher = BlockHasher.of(HashAlgorithm.XXH3_128, hashSeed);
        return new Pipeline.Worker<>() {
            @Override
            public void process(Slot slot) {
                slot.hash = hasher.hash(slot.number(), slot.plain.duplicate());
            }

            @Override
            public void close() {}
        };
    }

    /** The windows that a set of extents touches, in ascending order. For one thread. */
    private static final class Windows {
        private final ExtentSet extents;
        private final long streamBytes;
        private long position;

        Windows(ExtentSet extents, Step.CopyStream step) {
            this.extents = extents;
            this.streamBytes = step.read().onDisk().length();
        }

        boolean next(Slot slot) {
            int index = extents.indexOfFirstEndAbove(position);
            if (index >= extents.size()) {
                return false;
            }
            long from = Math.max(position, extents.get(index).start());
            long start = from >>> WINDOW_BITS << WINDOW_BITS;
            slot.window = new Extent(start, Math.min(WINDOW_BYTES, streamBytes - start));
            position = slot.window.end();
            return true;
        }
    }
}
