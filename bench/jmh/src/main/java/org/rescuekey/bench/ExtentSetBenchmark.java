package org.rescuekey.bench;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.rescuekey.filesystem.runs.BitRuns;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Operations on the used maps of two fragmented volumes, and how such a map is read from an allocation bitmap. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ExtentSetBenchmark {
    private static final int CLUSTER_BYTES = 4096;
    private static final int MOST_CLUSTERS = 64;

    /** The extents of each set. */
    @Param({"1000", "100000"})
    public int extents = 1000;

    private ExtentSet one = ExtentSet.empty();
    private ExtentSet other = ExtentSet.empty();
    private Extent window = new Extent(0, 1);
    private final ByteBuffer bitmap = ByteBuffer.allocateDirect(BitRuns.WINDOW_BYTES);
    private final Random random = new Random(5);

    /** Makes the sets. */
    @Setup
    public void fill() {
        one = fragmented();
        other = fragmented();
        window = new Extent(
                0, Math.max(one.get(extents - 1).end(), other.get(extents - 1).end()));
        bitmap.clear();
        while (bitmap.hasRemaining()) { // runs of bytes that are all used or all free, as files make them
            byte value = (byte) (random.nextBoolean() ? -1 : random.nextInt(8) == 0 ? random.nextInt() : 0);
            for (int i = random.nextInt(64); i >= 0 && bitmap.hasRemaining(); i--) {
                bitmap.put(value);
            }
        }
        bitmap.flip();
    }

    private ExtentSet fragmented() {
        ExtentSet.Builder builder = ExtentSet.builder();
        long at = 0;
        for (int i = 0; i < extents; i++) {
            long start = at + (long) (1 + random.nextInt(MOST_CLUSTERS)) * CLUSTER_BYTES;
            at = start + (long) (1 + random.nextInt(MOST_CLUSTERS)) * CLUSTER_BYTES;
            builder.add(start, at);
        }
        return builder.build();
    }

    /** What either uses. */
    @Benchmark
    public ExtentSet union() {
        return one.union(other);
    }

    /** What both use. */
    @Benchmark
    public ExtentSet intersect() {
        return one.intersect(other);
    }

    /** What one uses and the other does not. */
    @Benchmark
    public ExtentSet subtract() {
        return one.subtract(other);
    }

    /** What is free. */
    @Benchmark
    public ExtentSet complement() {
        return one.complement(window);
    }

    /** A search, as for each block that is captured. */
    @Benchmark
    public int find() {
        return one.indexOfFirstEndAbove(random.nextLong(window.end()));
    }

    /** The runs of a mebibyte of allocation bitmap, which stands for 32 GiB of volume. */
    @Benchmark
    public long bitmap() {
        long[] used = {0};
        BitRuns.scan(bitmap, 8L * bitmap.remaining(), (first, end) -> used[0] += end - first);
        return used[0];
    }
}
