package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.ResumePoint;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * What an unfinished image holds of a failing source. Its whole blocks are what counts; the map beside it only tells which
 * sectors of a block that is not whole need not be tried again. Where too many blocks are not whole, the later of them stay
 * as they are. For one thread.
 */
final class EarlierImage implements EarlierRun {
    /** So many blocks are tried once more. */
    static final int MOST_TRIED = SourcePasses.MOST_DEFERRED;

    private final ResumePoint point;
    private final List<Step.ReadStream> streams;
    private final int blockBytes;
    private final int sectorBytes;
    private final @Nullable RescueMap map;
    private final List<ExtentSet> whole = new ArrayList<>();
    private final List<ExtentSet> partly = new ArrayList<>();
    /** Of each stream: up to here all that is in whole is whole. */
    private final List<Extent> known = new ArrayList<>();

    private int tried;

    /** @param map null if there is none */
    EarlierImage(ResumePoint point, List<Step.ReadStream> streams, int sectorBytes, @Nullable RescueMap map)
            throws RescueException {
        this(point, streams, sectorBytes, map, MOST_TRIED);
    }

    /** @param mostTried so many blocks that are not whole are tried once more */
    EarlierImage(
            ResumePoint point, List<Step.ReadStream> streams, int sectorBytes, @Nullable RescueMap map, int mostTried)
            throws RescueException {
        this.point = point;
        this.streams = streams;
        this.blockBytes = point.header().blockSize().bytes();
        this.sectorBytes = sectorBytes;
        this.map = map;
        for (Step.ReadStream stream : streams) {
            ExtentSet.Builder wholeBlocks = ExtentSet.builder();
            ExtentSet.Builder partlyBlocks = ExtentSet.builder();
            long[] knownBytes = {stream.onDisk().length()};
            point.blocks(stream.stream()).forEach(block -> {
                long start = block.block() * blockBytes;
                boolean isAsWanted = start < stream.onDisk().length()
                        && block.usedMask() == BlockMasks.of(stream.used(), start, blockBytes);
                if (isAsWanted) {
                    long end = Math.min(start + blockBytes, stream.onDisk().length());
                    boolean isPartly = block.unreadableMask() != 0;
                    boolean isTried = isPartly && tried < mostTried;
                    tried += isTried ? 1 : 0;
                    knownBytes[0] = isPartly && !isTried ? Math.min(knownBytes[0], start) : knownBytes[0];
                    (isTried ? partlyBlocks : wholeBlocks).add(start, end);
                }
            });
            known.add(new Extent(0, knownBytes[0]));
            whole.add(wholeBlocks.build());
            partly.add(partlyBlocks.build());
        }
    }

    @Override
    public ExtentSet whole(int index) {
        return whole.get(index);
    }

    @Override
    public ExtentSet partly(int index) {
        return partly.get(index);
    }

    @Override
    public ExtentSet read(int index) {
        RescueMap present = map;
        ExtentSet read = whole(index).intersect(known.get(index));
        return present == null ? read : read.union(inPartly(index, present.read()));
    }

    @Override
    public ExtentSet bad(int index) {
        RescueMap present = map;
        return present == null ? ExtentSet.empty() : inPartly(index, present.bad());
    }

    private ExtentSet inPartly(int index, ExtentSet ofDisk) {
        Extent onDisk = streams.get(index).onDisk();
        return ofDisk.intersect(onDisk).shift(-onDisk.start()).intersect(partly(index));
    }

    @Override
    public ExtentSet load(int index, Extent block, ByteBuffer buffer) throws RescueException {
        Step.ReadStream stream = streams.get(index);
        long number = block.start() / blockBytes;
        BlockEntry known = point.blocks(stream.stream()).at(number);
        ExtentSet wanted = stream.toRead(block);
        if (known == null) {
            throw new IllegalStateException("block " + number + " is not held");
        }
        try {
            point.read(known, buffer);
        } catch (IntegrityException _) {
            Buffers.zero(buffer.clear().limit(Math.toIntExact(block.length())));
            return wanted;
        }
        ExtentSet marked = BlockMasks.extents(
                known.unreadableMask(),
                block.start(),
                blockBytes,
                stream.onDisk().length());
        ExtentSet missing = wanted.intersect(marked).subtract(stream.knownBad().intersect(block));
        return missing.subtract(read(stream, block, missing, buffer));
    }

    /** Sectors of which the map says that they were read, and that are not zero here: so the map and the block agree. */
    private ExtentSet read(Step.ReadStream stream, Extent block, ExtentSet missing, ByteBuffer buffer) {
        RescueMap present = map;
        if (present == null) {
            return ExtentSet.empty();
        }
        long start = stream.onDisk().start();
        ExtentSet.Builder read = ExtentSet.builder();
        for (Extent run :
                present.read().intersect(block.shift(start)).shift(-start).intersect(missing)) {
            for (long at = run.start(); at < run.end(); at += sectorBytes) {
                Extent one = Extent.between(at, Math.min(at + sectorBytes, run.end()));
                ByteBuffer bytes = buffer.slice((int) (at - block.start()), (int) one.length());
                if (!Buffers.isZero(bytes)) {
                    read.add(one);
                }
            }
        }
        return read.build();
    }
}
