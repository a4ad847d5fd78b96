package org.rescuekey.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.rescuekey.image.Hash;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.container.BlockHasher;

/** The hash of a block, by each algorithm of the format. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HashBenchmark {
    private final BlockHasher xxh3 = BlockHasher.of(HashAlgorithm.XXH3_128, 1);
    private final BlockHasher sha256 = BlockHasher.of(HashAlgorithm.SHA_256, 1);

    /** XXH3, 128 bits. */
    @Benchmark
    public Hash xxh3(Blocks blocks) {
        return xxh3.hash(0, blocks.next());
    }

    /** SHA-256. */
    @Benchmark
    public Hash sha256(Blocks blocks) {
        return sha256.hash(0, blocks.next());
    }
}
