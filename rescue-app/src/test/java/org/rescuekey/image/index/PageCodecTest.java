package org.rescuekey.image.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rescuekey.codec.ZstdCompressor;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Hash;
import org.rescuekey.image.HashAlgorithm;

final class PageCodecTest {
    private static final BlockSize SIZE = BlockSize.DEFAULT;
    private static final List<BlockKind> KINDS = List.of(BlockKind.values());

    /** A page of random blocks; the chance of each number to be there is in per cent. */
    private static IndexPage page(Random random, HashAlgorithm algorithm, int density, boolean isPlain) {
        List<BlockEntry> entries = new ArrayList<>();
        long number = random.nextInt(1000);
        long offset = 4096;
        for (int i = 0; i < IndexPage.BLOCKS; i++) {
            if (random.nextInt(100) < density || (i == IndexPage.BLOCKS - 1 && entries.isEmpty())) {
                BlockKind kind = isPlain ? BlockKind.DATA : KINDS.get(random.nextInt(3));
                BlockEntry entry = entry(random, algorithm, number * IndexPage.BLOCKS + i, kind, offset, isPlain);
                entries.add(entry);
                offset = entry.endBytes() + (isPlain ? 0 : 16L * random.nextInt(3));
            }
        }
        return new IndexPage(3, number, entries);
    }

    private static BlockEntry entry(
            Random random, HashAlgorithm algorithm, long block, BlockKind kind, long offset, boolean isPlain) {
        int plain = isPlain || random.nextInt(9) > 0 ? SIZE.bytes() : 1 + random.nextInt(SIZE.bytes());
        long full = SIZE.fullMask(plain);
        long used = isPlain || random.nextBoolean() ? full : (random.nextLong() & full) | 1;
        long unreadable =
                switch (kind) {
                    case UNREADABLE -> used;
                    case ZERO, DATA -> isPlain || random.nextBoolean() ? 0 : random.nextLong() & used;
                };
        if (kind != BlockKind.DATA) {
            return new BlockEntry(3, block, kind, Encoding.NONE, plain, 0, used, unreadable, offset, Hash.NONE);
        }
        boolean isStored = plain < 2 || random.nextInt(5) == 0;
        int stored = isStored ? plain : 1 + random.nextInt(plain - 1);
        boolean isLong = algorithm == HashAlgorithm.SHA_256;
        Hash hash = new Hash(
                random.nextLong(), random.nextLong(), isLong ? random.nextLong() : 0, isLong ? random.nextLong() : 0);
        Encoding encoding = isStored ? Encoding.STORED : Encoding.ZSTD;
        return new BlockEntry(3, block, kind, encoding, plain, stored, used, unreadable, offset, hash);
    }

    @Property(tries = 60)
    void aPageIsWhatItWas(
            @ForAll long seed, @ForAll HashAlgorithm algorithm, @ForAll @IntRange(min = 0, max = 100) int density)
            throws MalformedDataException {
        IndexPage page = page(new Random(seed), algorithm, density, false);
        PageCodec codec = new PageCodec(SIZE, algorithm, 0);
        byte[] plain = codec.encode(page);
        assertThat(plain.length).isLessThan(PageCodec.MAX_BYTES);
        assertThat(codec.decode("page", 3, page.number(), plain, 1L << 40, 0)).isEqualTo(page);
    }

    @Test
    void aBlockTakesTwentyBytesInTheIndex() {
        IndexPage page = page(new Random(1), HashAlgorithm.XXH3_128, 100, true);
        byte[] plain = new PageCodec(SIZE, HashAlgorithm.XXH3_128, 0).encode(page);
        try (ZstdCompressor compressor = new ZstdCompressor(3)) {
            assertThat(compressor.compress(plain).length).isLessThan(20 * IndexPage.BLOCKS);
        }
    }

    @Test
    void recordsOutsideTheFileAreRefused() {
        IndexPage page = page(new Random(2), HashAlgorithm.XXH3_128, 10, true);
        PageCodec codec = new PageCodec(SIZE, HashAlgorithm.XXH3_128, 0);
        byte[] plain = codec.encode(page);
        long end = page.entries().getLast().endBytes();
        assertThatThrownBy(() -> codec.decode("page", 3, page.number(), plain, end - 1, 0))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("page");
    }

    @Property(tries = 50)
    void aDirectoryIsWhatItWas(@ForAll long seed, @ForAll @IntRange(min = 0, max = 300) int count)
            throws MalformedDataException {
        Random random = new Random(seed);
        List<PageReference> pages = new ArrayList<>();
        int stream = 0;
        long number = 0;
        for (int i = 0; i < count; i++) {
            if (random.nextInt(20) == 0) {
                stream += 1 + random.nextInt(3);
                number = 0;
            }
            number += random.nextInt(5);
            Hash hash = new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            long offset = 16L * random.nextInt(1 << 30);
            pages.add(new PageReference(stream, number++, offset, 1 + random.nextInt(9999), 7, 1 + i % 4096, hash));
        }
        PageDirectory directory = new PageDirectory(pages);
        PageDirectory decoded = PageDirectory.decode("directory", directory.encode(), 1L << 40);
        assertThat(decoded.pages()).isEqualTo(pages);
        for (PageReference page : pages) {
            int at = decoded.firstNotBefore(page.stream(), page.number());
            assertThat(decoded.pages().get(at)).isEqualTo(page);
            assertThat(decoded.pagesOf(page.stream())).contains(page).allMatch(each -> each.stream() == page.stream());
        }
    }
}
