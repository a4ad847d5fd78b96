package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.rescuekey.codec.ZstdCompressor;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.SizeSample;
import org.rescuekey.plan.SourceSurvey;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Reads a few blocks of a source, spread evenly over what a full image of it would read, and compresses them as a capture would,
 * to tell about how large the image becomes. Reads in the order of the disk, at most {@link #BLOCKS} blocks. For one use.
 */
final class SizeSampler {
    /** 24 MiB of reads: a second or two on a disk that turns. */
    static final int BLOCKS = 96;

    /** Fewer than these say nothing. */
    private static final int LEAST_BLOCKS = 8;

    private static final int BLOCK_BYTES = BlockSize.DEFAULT.bytes();

    private final BlockDevice source;
    private final List<SourceSurvey.Stream> streams;
    private final int level;
    private final ByteBuffer plain = Buffers.aligned(BLOCK_BYTES);
    private final ByteBuffer packed = ByteBuffer.allocateDirect(ZstdCompressor.bound(BLOCK_BYTES));
    private int blocks;
    private double sum;

    /**
     * A sampler.
     *
     * @param streams what is captured
     * @param level as a request has it
     */
    SizeSampler(BlockDevice source, List<SourceSurvey.Stream> streams, int level) {
        this.source = source;
        this.streams = streams;
        // The highest levels would take many seconds, for an estimate that they hardly change.
        this.level =
                level == Request.Capture.ADAPTIVE_LEVEL ? LevelChooser.LOWEST : Math.min(level, LevelChooser.HIGHEST);
    }

    /**
     * Takes the sample; empty if there is less to read than it would read itself, or if too little could be read. The first
     * error ends it: a failing disk is not worn out for an estimate.
     */
    Optional<SizeSample> take() throws RescueException {
        long total = streams.stream()
                .mapToLong(stream -> toRead(stream).totalBytes())
                .sum();
        if (total < (long) BLOCKS * BLOCK_BYTES) {
            return Optional.empty();
        }
        try (ZstdCompressor compressor = new ZstdCompressor(level)) {
            // Every used byte has the same chance, so that a block counts by what of it is used.
            double distance = (double) total / BLOCKS;
            double next = distance / 2;
            long before = 0;
            for (SourceSurvey.Stream stream : streams) {
                ExtentSet used = toRead(stream);
                for (Extent extent : used) {
                    while (next < before + extent.length()) {
                        take(stream, used, extent.start() + (long) (next - before), compressor);
                        next += distance;
                    }
                    before += extent.length();
                }
            }
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
        }
        return blocks < LEAST_BLOCKS ? Optional.empty() : Optional.of(new SizeSample(blocks, sum / blocks));
    }

    private static ExtentSet toRead(SourceSurvey.Stream stream) {
        return stream.map()
                .used()
                .subtract(stream.map().leftOutExtents())
                .subtract(stream.map().knownBad());
    }

    private void take(SourceSurvey.Stream stream, ExtentSet used, long position, ZstdCompressor compressor)
            throws RescueException {
        long start = position / BLOCK_BYTES * BLOCK_BYTES;
        Extent block = Extent.between(
                start, Math.min(start + BLOCK_BYTES, stream.onDisk().length()));
        ExtentSet wanted = used.intersect(block);
        Extent hull = Extent.between(
                wanted.get(0).start(), wanted.get(wanted.size() - 1).end());
        source.read(stream.onDisk().start() + hull.start(), slice(hull, start)); // one read, over the gaps too
        for (Extent hole : wanted.complement(block)) {
            Buffers.zero(slice(hole, start));
        }
        plain.clear().limit(Math.toIntExact(block.length()));
        int stored = Math.min(compressor.compress(plain, packed.clear()), plain.limit());
        sum += (double) stored / wanted.totalBytes();
        blocks++;
    }

    private ByteBuffer slice(Extent part, long start) {
        return plain.slice(Math.toIntExact(part.start() - start), Math.toIntExact(part.length()));
    }
}
