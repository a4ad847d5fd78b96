package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.rescuekey.bench.Blocks;
import org.rescuekey.units.ExtentSet;

/** What the engine does with each block beside hashing and compressing it. Lies in its package because no other needs it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineBenchmark {
    private static final int EXTENTS = 100_000;
    private static final int CLUSTER_BYTES = 4096;

    private final ByteBuffer zeros = ByteBuffer.allocateDirect(Blocks.BLOCK_BYTES);
    private final ByteBuffer target = ByteBuffer.allocateDirect(Blocks.BLOCK_BYTES);
    private final Delta delta = new Delta(true);
    private ExtentSet used = ExtentSet.empty();
    private long block;

    /** Makes a used map of every third to fourth cluster, and a target that holds the first block. */
    @Setup
    public void fill(Blocks blocks) {
        ExtentSet.Builder builder = ExtentSet.builder();
        for (int i = 0; i < EXTENTS; i++) {
            long start = (long) (7 * i / 2) * CLUSTER_BYTES;
            builder.add(start, start + CLUSTER_BYTES);
        }
        used = builder.build();
        target.clear().put(blocks.next()).flip();
    }

    /** The used mask of a block of a fragmented volume. */
    @Benchmark
    public long usedMask() {
        long start = block++ * Blocks.BLOCK_BYTES % used.get(EXTENTS - 1).end();
        return BlockMasks.of(used, start - start % Blocks.BLOCK_BYTES, Blocks.BLOCK_BYTES);
    }

    /** The used mask back to extents. */
    @Benchmark
    public ExtentSet maskToExtents() {
        return BlockMasks.extents(0x5555_0F0F_00FF_7777L, 0, Blocks.BLOCK_BYTES, Blocks.BLOCK_BYTES);
    }

    /** The zero test where all is zero, its worst case. */
    @Benchmark
    public boolean zeroTestOfZeros() {
        return Buffers.isZero(zeros);
    }

    /** The zero test where data is: it ends at the first byte that is not zero. */
    @Benchmark
    public boolean zeroTestOfData(Blocks blocks) {
        return Buffers.isZero(blocks.next());
    }

    /** What a delta clone does with a block that is there already: decide, compare all of it, take note. */
    @Benchmark
    public boolean deltaSame() {
        return compare(target, target.duplicate());
    }

    /** And with one that is not: after some in a row, only one in sixteen is compared at all. */
    @Benchmark
    public boolean deltaDiffers(Blocks blocks) {
        return compare(target, blocks.next());
    }

    private boolean compare(ByteBuffer there, ByteBuffer wanted) {
        if (!delta.isWorthComparing()) {
            return false;
        }
        boolean same = there.mismatch(wanted) < 0;
        delta.compared(same ? wanted.remaining() : 0, false);
        return same;
    }
}
