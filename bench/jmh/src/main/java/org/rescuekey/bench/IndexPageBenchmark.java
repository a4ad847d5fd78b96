package org.rescuekey.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Hash;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.Encoding;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;

/** A full page of an image's index, which stands for a gibibyte of disk, to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class IndexPageBenchmark {
    private final PageCodec codec = new PageCodec(BlockSize.DEFAULT, HashAlgorithm.XXH3_128, 0);
    private final IndexPage page = page();
    private final byte[] encoded = codec.encode(page);
    private final long endBytes = page.entries().getLast().endBytes();

    private static IndexPage page() {
        Random random = new Random(7);
        List<BlockEntry> entries = new ArrayList<>();
        long at = 0;
        for (int block = 0; block < IndexPage.BLOCKS; block++) {
            long used = random.nextInt(8) == 0 ? random.nextLong() | 1 : -1L;
            BlockEntry entry = new BlockEntry(
                    0,
                    block,
                    BlockKind.DATA,
                    Encoding.ZSTD,
                    BlockSize.DEFAULT.bytes(),
                    1 + random.nextInt(BlockSize.DEFAULT.bytes() - 1),
                    used,
                    0,
                    at,
                    new Hash(random.nextLong(), random.nextLong(), 0, 0));
            entries.add(entry);
            at = entry.endBytes();
        }
        return new IndexPage(0, 0, entries);
    }

    /** To bytes. */
    @Benchmark
    public byte[] encode() {
        return codec.encode(page);
    }

    /** And back, with every check. */
    @Benchmark
    public IndexPage decode() throws MalformedDataException {
        return codec.decode("page", 0, 0, encoded, endBytes, 0);
    }
}
