package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.container.BlockEncoder;
import org.rescuekey.image.container.EncodedBlock;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.container.ImageSeal;
import org.rescuekey.image.container.ImageWriter;
import org.rescuekey.image.container.ResumePoint;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.plan.Step;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Reads the streams of a plan through the pipeline into an image: read in the order of {@link SourcePasses}, hash and
 * compress on all cores, append in that order. Nothing that an earlier run stored is replaced by less. For one use.
 */
final class CaptureJob {
    private final List<Step.ReadStream> streams;
    private final ImageHeader header;
    private final ImageSeal seal;
    private final Levels levels;
    private final Meter meter;
    private final JobControl control;
    private final boolean isResumed;
    private final SourcePasses passes;
    private final CaptureReader reader;
    private final UnreadableRanges lost = new UnreadableRanges();
    private final @Nullable CaptureMap map;
    private boolean isSourceChanged;
    private boolean isMapBegun;
    private long counted;
    private long mappedAtBytes;
    private int step = -1;
    private int pass = 1;

    /**
     * What is captured.
     *
     * @param earlier what an earlier run read of it and need not be read again
     * @param mapFile where it is written down what does not read; null if nowhere
     */
    record Source(
            ReopenableSource device,
            List<Step.ReadStream> streams,
            EarlierRun earlier,
            @Nullable MapFile mapFile) {}

    /**
     * A capture.
     *
     * @param seal of the image's writer
     * @param levels asked by the workers for each slot
     * @param parent the image that the new one builds on, or null for a full image
     * @param compared the streams whose blocks are compared with those of the parent's stream of the same number
     * @param resumed what an earlier capture stored already, or null
     */
    CaptureJob(
            Source source,
            ImageHeader header,
            ImageSeal seal,
            Levels levels,
            @Nullable ImageReader parent,
            Set<Integer> compared,
            @Nullable ResumePoint resumed,
            Meter meter,
            JobControl control) {
        streams = List.copyOf(source.streams());
        this.header = header;
        this.seal = seal;
        this.levels = levels;
        this.meter = meter;
        this.control = control;
        isResumed = resumed != null;
        int blockBytes = header.blockSize().bytes();
        passes = new SourcePasses(
                source.device(),
                streams,
                blockBytes,
                CaptureSlot.BLOCKS * blockBytes,
                source.earlier(),
                meter.clock(),
                meter::note,
                control);
        reader = new CaptureReader(passes, streams, blockBytes, parent, Set.copyOf(compared), resumed, meter);
        MapFile file = source.mapFile();
        map = file == null
                ? null
                : new CaptureMap(
                        file,
                        passes,
                        streams,
                        source.earlier(),
                        header.imageId().toString(),
                        source.device().sizeBytes());
    }

    /** The zstd level of a slot that a worker has just taken, by how many wait. Asked by several threads. */
    @FunctionalInterface
    interface Levels {
        int next(int waitingForWorker, int waitingForWriter);
    }

    /** What could not be read of each stream. */
    List<FilesHit.Unreadable> unreadableParts() {
        return lost.parts(streams);
    }

    /** Reads everything and finishes the image. */
    ImageSummary run(ImageWriter writer, int workers, RoomWatch room) throws RescueException {
        long present = isResumed ? writer.storedBytes() : 0;
        List<CaptureSlot> slots = new ArrayList<>();
        for (int i = 0; i < 2 * workers + 2; i++) {
            slots.add(new CaptureSlot(header.blockSize()));
        }
        Pipeline<CaptureSlot> pipeline = new Pipeline<>("capture", slots, workers);
        boolean isFinished = false;
        try {
            pipeline.run(reader::fill, () -> worker(pipeline), slot -> append(writer, room, slot));
            meter.tell();
            meter.step(streams.size() + 1, "Finish the image", 0);
            ImageSummary made = writer.finish();
            meter.written(made.fileBytes() - present - counted); // header, description and index too
            isFinished = true;
            return made;
        } finally {
            writeMap(isFinished);
        }
    }

    /** The ranges of the source that could not be read, a sentence each, and one for what is no loss. */
    List<String> unreadable() {
        List<String> sentences = lost.sentences();
        ExtentSet givenUp = passes.givenUp();
        if (!givenUp.isEmpty()) {
            sentences.add("Not readable, but marked as bad by the file system itself, so no loss: "
                    + ByteCount.text(givenUp.totalBytes()) + " in " + givenUp.size()
                    + (givenUp.size() == 1 ? " place" : " places") + ", the first at byte "
                    + givenUp.get(0).start() + " of the disk. Zeros stand for it.");
        }
        return sentences;
    }

    private Pipeline.Worker<CaptureSlot> worker(Pipeline<CaptureSlot> pipeline) {
        BlockEncoder encoder = new BlockEncoder(header, LevelChooser.LOWEST, seal);
        return new Pipeline.Worker<>() {
            @Override
            public void process(CaptureSlot slot) throws RescueException {
                if (!slot.window.isRead()) {
                    return;
                }
                encoder.setLevel(levels.next(pipeline.waitingForWorker(), pipeline.waitingForWriter()));
                int blockBytes = header.blockSize().bytes();
                for (int i = 0; i < CaptureSlot.BLOCKS; i++) {
                    if (slot.usedMasks[i] != 0) {
                        ByteBuffer plain = slot.plain.slice(
                                i * blockBytes, (int) slot.block(i, blockBytes).length());
                        encoder.encode(
                                slot.stream,
                                slot.firstBlock + i,
                                plain,
                                slot.usedMasks[i],
                                slot.unreadableMasks[i],
                                slot.known[i],
                                slot.encoded.get(i));
                    }
                }
            }

            @Override
            public void close() {
                encoder.close();
            }
        };
    }

    private void append(ImageWriter writer, RoomWatch room, CaptureSlot slot) throws RescueException {
        tellStep(slot);
        long before = writer.storedBytes();
        long present = 0;
        for (int i = 0; i < CaptureSlot.BLOCKS; i++) {
            if (slot.usedMasks[i] != 0) {
                present += appendBlock(writer, slot, i)
                        ? Objects.requireNonNull(slot.known[i]).storedBytes()
                        : 0;
            }
        }
        counted += writer.storedBytes() - before;
        meter.written(writer.storedBytes() - before);
        meter.done(slot.usedBytes);
        room.done(slot.usedBytes, writer.storedBytes() - before + present, writer.storedBytes());
        if (map != null) {
            map.stored(slot.window, lost);
            boolean isDue = writer.checkpointBytes() != mappedAtBytes || (!isMapBegun && passes.isTroubled());
            mappedAtBytes = writer.checkpointBytes();
            if (isDue) {
                writeMap(false);
            }
        }
        control.checkpoint();
    }

    private void tellStep(CaptureSlot slot) {
        SourcePasses.Window window = slot.window;
        boolean isFirstPass = window.pass() == 1;
        if (window.pass() != pass) {
            pass = window.pass();
            writeMap(false);
            meter.tell();
            meter.step(streams.size(), "Read what was put off, pass " + pass, slot.passBytes);
        } else if (isFirstPass && window.index() != step) {
            meter.tell();
            step = window.index();
            meter.step(
                    step + 1,
                    streams.get(step).words(),
                    streams.get(step).used().totalBytes());
        }
    }

    /**
     * Stores a block, or lists it where it is. What was stored before the interruption must be as it was; but what a failing
     * medium gives may differ, and then what was read before stays.
     *
     * @return whether it was stored before the interruption, and stays as it was
     */
    private boolean appendBlock(ImageWriter writer, CaptureSlot slot, int i) throws RescueException {
        BlockEntry known = slot.known[i];
        EncodedBlock now = slot.encoded.get(i);
        Extent block = slot.block(i, header.blockSize().bytes());
        boolean isHeld = known != null && ResumePoint.isOwn(known);
        boolean isWholeThere = isHeld && known.unreadableMask() == 0;
        if (!slot.window.isRead()) {
            BlockEntry held = Objects.requireNonNull(known);
            writer.keep(held);
            if (held.unreadableMask() != 0 && !slot.window.unreadable().intersects(block)) {
                lost.addUnknown();
            }
        } else if (isWholeThere && !now.isKnown()) {
            requireSame(slot, now, block);
            writer.keep(known);
            return true;
        } else {
            writer.append(now);
        }
        lost.add(streams.get(slot.window.index()), slot.window.unreadable().intersect(block));
        return isHeld && (!slot.window.isRead() || now.isKnown());
    }

    private void requireSame(CaptureSlot slot, EncodedBlock now, Extent block) throws RefusedException {
        boolean isDoubtful = now.unreadableMask() != 0
                || streams.get(slot.window.index()).knownBad().intersects(block);
        if (!isDoubtful) {
            isSourceChanged = true;
            throw new RefusedException(
                    "The source has changed since the unfinished image was begun: block " + now.block() + " of stream "
                            + now.stream() + " is not what it was.",
                    "Begin a new image (--no-resume).");
        }
    }

    private void writeMap(boolean isFinished) {
        CaptureMap present = map;
        if (present != null && (passes.isTroubled() || present.isThere())) {
            isMapBegun = true;
            present.write(lost, isFinished, pass);
        }
    }

    /** Whether the job ended because the source is no longer what the image that it went on with is of. */
    boolean isSourceChanged() {
        return isSourceChanged;
    }
}
