package org.rescuekey.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.rescuekey.codec.ZstdCompressor;
import org.rescuekey.codec.ZstdDecompressor;
import org.rescuekey.error.MalformedDataException;

/** Compression of a block at each level that is worth a thought, and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ZstdBenchmark {
    /** The level. */
    @Param({"1", "3", "6", "9"})
    public int level = 1;

    private final ZstdCompressor compressor = new ZstdCompressor(1);
    private final ZstdDecompressor decompressor = new ZstdDecompressor();
    private final ByteBuffer stored = ByteBuffer.allocateDirect(ZstdCompressor.bound(Blocks.BLOCK_BYTES));
    private final ByteBuffer frame = ByteBuffer.allocateDirect(ZstdCompressor.bound(Blocks.BLOCK_BYTES));
    private final ByteBuffer plain = ByteBuffer.allocateDirect(Blocks.BLOCK_BYTES);

    /** Makes the frame that is decompressed. */
    @Setup(Level.Trial)
    public void compressOnce(Blocks blocks) {
        compressor.setLevel(level);
        compressor.compress(blocks.next(), frame.clear());
        frame.flip();
    }

    /** One block into one frame. */
    @Benchmark
    public int compress(Blocks blocks) {
        return compressor.compress(blocks.next(), stored.clear());
    }

    /** One frame into one block; always the same, so faster than from memory. */
    @Benchmark
    public ByteBuffer decompress() throws MalformedDataException {
        decompressor.decompress(frame, plain.clear(), "frame", 0);
        return plain;
    }

    /** Lets go of the native contexts. */
    @TearDown
    public void close() {
        compressor.close();
        decompressor.close();
    }
}
