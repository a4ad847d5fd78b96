package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
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
 * Reads the streams of a plan through the pipeline into an image: read in disk order, hash and compress on all cores,
 * append in order. For one use.
 */
final class CaptureJob {
    /** Blocks that are read at once: with the default block size, one mebibyte. */
    private static final int BLOCKS_PER_SLOT = 4;

    /** So many unreadable ranges are listed; more are only counted. The image knows all of them. */
    private static final int LISTED = 1000;

    private final BlockDevice source;
    private final List<Step.ReadStream> streams;
    private final ImageHeader header;
    private final ImageSeal seal;
    private final Levels levels;
    private final Meter meter;
    private final JobControl control;
    private final @Nullable ImageReader parent;
    private final Set<Integer> compared;
    private final @Nullable ResumePoint resumed;
    private boolean isSourceChanged;
    private long counted;
    private final List<ExtentSet.Builder> unreadable = new ArrayList<>();
    private volatile ExtentSet givenUp = ExtentSet.empty();
    private int step = -1;

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
            BlockDevice source,
            List<Step.ReadStream> streams,
            ImageHeader header,
            ImageSeal seal,
            Levels levels,
            @Nullable ImageReader parent,
            Set<Integer> compared,
            @Nullable ResumePoint resumed,
            Meter meter,
            JobControl control) {
        this.source = source;
        this.streams = List.copyOf(streams);
        streams.forEach(stream -> unreadable.add(ExtentSet.builder()));
        this.header = header;
        this.seal = seal;
        this.levels = levels;
        this.parent = parent;
        this.compared = Set.copyOf(compared);
        this.resumed = resumed;
        this.meter = meter;
        this.control = control;
    }

    /** The zstd level of a slot that a worker has just taken, by how many wait. Asked by several threads. */
    @FunctionalInterface
    interface Levels {
        int next(int waitingForWorker, int waitingForWriter);
    }

    /** The memory for one read and what becomes of it. */
    private static final class Slot {
        final ByteBuffer plain;
        final List<EncodedBlock> encoded = new ArrayList<>();
        final long[] usedMasks = new long[BLOCKS_PER_SLOT];
        final long[] unreadableMasks = new long[BLOCKS_PER_SLOT];
        final @Nullable BlockEntry[] known = new BlockEntry[BLOCKS_PER_SLOT];
        int step;
        int stream;
        long firstBlock;
        int plainBytes;
        long usedBytes;

        Slot(BlockSize blockSize) {
            plain = Buffers.aligned(BLOCKS_PER_SLOT * blockSize.bytes());
            for (int i = 0; i < BLOCKS_PER_SLOT; i++) {
                encoded.add(new EncodedBlock(blockSize));
            }
        }
    }

    /** Reads everything and finishes the image. */
    ImageSummary run(ImageWriter writer, int workers, RoomWatch room) throws RescueException {
        long present = resumed == null ? 0 : writer.storedBytes();
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 2 * workers + 2; i++) {
            slots.add(new Slot(header.blockSize()));
        }
        StreamWalk walk = new StreamWalk();
        Pipeline<Slot> pipeline = new Pipeline<>("capture", slots, workers);
        pipeline.run(walk::fill, () -> worker(pipeline), slot -> append(writer, room, slot));
        meter.tell();
        meter.step(streams.size() + 1, "Finish the image", 0);
        ImageSummary made = writer.finish();
        meter.written(made.fileBytes() - present - counted); // header, description and index too
        return made;
    }

    /** The ranges of the source that could not be read, a sentence each, and one for what is no loss. */
    List<String> unreadable() {
        List<String> sentences = new ArrayList<>();
        long more = 0;
        for (int i = 0; i < streams.size(); i++) {
            for (Extent range : unreadable.get(i).build()) {
                if (sentences.size() < LISTED) {
                    sentences.add("Unreadable: " + ByteCount.text(range.length()) + " at byte "
                            + (streams.get(i).onDisk().start() + range.start()) + " of the disk, in "
                            + streams.get(i).label() + ".");
                } else {
                    more++;
                }
            }
        }
        if (more > 0) {
            sentences.add("And " + more + " more ranges.");
        }
        if (!givenUp.isEmpty()) {
            sentences.add("Not readable, but marked as bad by the file system itself, so no loss: "
                    + ByteCount.text(givenUp.totalBytes()) + " in " + givenUp.size()
                    + (givenUp.size() == 1 ? " place" : " places") + ", the first at byte "
                    + givenUp.get(0).start() + " of the disk. Zeros stand for it.");
        }
        return sentences;
    }

    /** The reader's side: goes through the used extents of all streams in order. */
    private final class StreamWalk {
        private int next;
        private long position;
        private final SourceReader reader = new SourceReader(source, meter::note, control);
        private @Nullable ParentBlocks parentBlocks;
        private ResumePoint.@Nullable Blocks ownBlocks;

        boolean fill(Slot slot) throws RescueException {
            control.checkpoint();
            while (next < streams.size()) {
                Step.ReadStream stream = streams.get(next);
                int index = stream.used().indexOfFirstEndAbove(position);
                if (index < stream.used().size()) {
                    fill(
                            slot,
                            stream,
                            Math.max(position, stream.used().get(index).start()));
                    return true;
                }
                next++;
                position = 0;
                parentBlocks = null;
                ownBlocks = null;
            }
            reader.finish();
            givenUp = reader.givenUp();
            return false;
        }

        private void fill(Slot slot, Step.ReadStream stream, long from) throws RescueException {
            int blockBytes = header.blockSize().bytes();
            slot.step = next;
            slot.stream = stream.stream();
            slot.firstBlock = from / blockBytes;
            long start = slot.firstBlock * blockBytes;
            long end = Math.min(
                    start + (long) BLOCKS_PER_SLOT * blockBytes, stream.onDisk().length());
            slot.plainBytes = Math.toIntExact(end - start);
            Extent window = Extent.between(start, end);
            long streamStart = stream.onDisk().start();
            ExtentSet bad = reader.read(
                            window.shift(streamStart),
                            stream.toRead(window).shift(streamStart),
                            stream.knownBad().intersect(window).shift(streamStart),
                            slot.plain)
                    .shift(-streamStart);
            for (int i = 0; i < BLOCKS_PER_SLOT; i++) {
                long block = start + (long) i * blockBytes;
                slot.usedMasks[i] = block < end ? BlockMasks.of(stream.used(), block, blockBytes) : 0;
                slot.unreadableMasks[i] = block < end ? BlockMasks.of(bad, block, blockBytes) : 0;
                slot.known[i] = slot.usedMasks[i] == 0 ? null : known(stream.stream(), slot.firstBlock + i);
            }
            slot.usedBytes = stream.used().intersect(window).totalBytes();
            bad.forEach(unreadable.get(next)::add);
            meter.read(stream.toRead(window).totalBytes());
            position = end;
        }

        /** The block as the image itself has it already, or its parent: all are gone through in the same order. */
        private @Nullable BlockEntry known(int stream, long block) throws RescueException {
            BlockEntry own = resumed == null ? null : own(resumed, stream, block);
            return own != null ? own : ofParent(stream, block);
        }

        private @Nullable BlockEntry own(ResumePoint point, int stream, long block) throws RescueException {
            ResumePoint.Blocks present = ownBlocks;
            if (present == null) {
                present = point.blocks(stream);
                ownBlocks = present;
            }
            return present.at(block);
        }

        private @Nullable BlockEntry ofParent(int stream, long block) throws RescueException {
            if (parent == null || !compared.contains(stream)) {
                return null;
            }
            ParentBlocks present = parentBlocks;
            if (present == null) {
                present = new ParentBlocks(parent.blocks(stream), meter::note);
                parentBlocks = present;
            }
            return present.at(block);
        }
    }

    private Pipeline.Worker<Slot> worker(Pipeline<Slot> pipeline) {
        BlockEncoder encoder = new BlockEncoder(header, LevelChooser.LOWEST, seal);
        return new Pipeline.Worker<>() {
            @Override
            public void process(Slot slot) throws RescueException {
                int blockBytes = header.blockSize().bytes();
                encoder.setLevel(levels.next(pipeline.waitingForWorker(), pipeline.waitingForWriter()));
                for (int i = 0; i < BLOCKS_PER_SLOT; i++) {
                    if (slot.usedMasks[i] != 0) {
                        int start = i * blockBytes;
                        ByteBuffer plain = slot.plain.slice(start, Math.min(blockBytes, slot.plainBytes - start));
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

    private void append(ImageWriter writer, RoomWatch room, Slot slot) throws RescueException {
        if (slot.step != step) {
            meter.tell();
            step = slot.step;
            meter.step(
                    step + 1,
                    streams.get(step).words(),
                    streams.get(step).used().totalBytes());
        }
        long before = writer.storedBytes();
        long present = 0;
        for (int i = 0; i < BLOCKS_PER_SLOT; i++) {
            if (slot.usedMasks[i] != 0) {
                requireSame(slot.known[i], slot.encoded.get(i));
                writer.append(slot.encoded.get(i));
                present += presentBytes(slot.known[i], slot.encoded.get(i));
            }
        }
        counted += writer.storedBytes() - before;
        meter.written(writer.storedBytes() - before);
        meter.done(slot.usedBytes);
        room.done(slot.usedBytes, writer.storedBytes() - before + present, writer.storedBytes());
        control.checkpoint();
    }

    /** What a block takes that the capture before this one had stored already. */
    private static long presentBytes(@Nullable BlockEntry known, EncodedBlock now) {
        return known != null && now.isKnown() && ResumePoint.isOwn(known) ? known.storedBytes() : 0;
    }

    /** A block that was stored before the interruption must be as it was; what a failing medium gives may differ. */
    private void requireSame(@Nullable BlockEntry known, EncodedBlock now) throws RefusedException {
        boolean isChanged = known != null
                && ResumePoint.isOwn(known)
                && !now.isKnown()
                && known.unreadableMask() == 0
                && now.unreadableMask() == 0;
        if (isChanged) {
            isSourceChanged = true;
            throw new RefusedException(
                    "The source has changed since the unfinished image was begun: block " + now.block() + " of stream "
                            + now.stream() + " is not what it was.",
                    "Begin a new image (--no-resume).");
        }
    }

    /** Whether the job ended because the source is no longer what the image that it went on with is of. */
    boolean isSourceChanged() {
        return isSourceChanged;
    }
}
