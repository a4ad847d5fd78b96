package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.EndState;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.Encoding;

final class RoundTripTest {
    private static final BlockSize SMALL = new BlockSize(64 << 10);
    private static final String NAME = "a.rkimg";

    @Property(tries = 25)
    void whatIsWrittenIsRead(
            @ForAll long seed,
            @ForAll @IntRange(min = 16, max = 20) int log2,
            @ForAll HashAlgorithm algorithm,
            @ForAll @IntRange(min = 0, max = 100) int density)
            throws RescueException {
        SampleImage sample = SampleImage.random(seed, new BlockSize(1 << log2), algorithm, density);
        CrashableStore store = new CrashableStore();
        ImageSummary summary = sample.write(store, NAME, 5);
        sample.check(store, NAME);
        assertThat(store.list()).containsExactly(NAME);
        Totals totals = summary.totals();
        assertThat(totals.dataBlocks()).isEqualTo(sample.count(BlockKind.DATA));
        assertThat(totals.zeroBlocks()).isEqualTo(sample.count(BlockKind.ZERO));
        assertThat(totals.unreadableBlocks()).isEqualTo(sample.count(BlockKind.UNREADABLE));
        assertThat(summary.fileBytes()).isEqualTo(store.sizeBytes(NAME));
        boolean hasUnreadable = sample.blocks.values().stream().anyMatch(block -> block.unreadable() != 0);
        assertThat(summary.state()).isEqualTo(hasUnreadable ? EndState.COMPLETE_WITH_UNREADABLE : EndState.COMPLETE);
        try (ImageReader reader = ImageReader.open(store, NAME);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(reader.summary()).isEqualTo(summary);
            assertThat(verifier.full(_ -> {})).isEmpty();
        }
    }

    @Test
    void incompressibleBlocksAreStoredAsTheyAre() throws RescueException {
        SampleImage sample = SampleImage.random(1, SMALL, HashAlgorithm.XXH3_128, 100);
        CrashableStore store = new CrashableStore();
        sample.write(store, NAME, 1000);
        try (ImageReader reader = ImageReader.open(store, NAME)) {
            List<Encoding> encodings = reader.directory().pages().stream()
                    .flatMap(page -> entries(reader, page).stream())
                    .map(BlockEntry::encoding)
                    .distinct()
                    .sorted()
                    .toList();
            assertThat(encodings).containsExactly(Encoding.NONE, Encoding.STORED, Encoding.ZSTD);
        }
    }

    private static List<BlockEntry> entries(ImageReader reader, org.rescuekey.image.index.PageReference reference) {
        try {
            return reader.page(reference).entries();
        } catch (RescueException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneBlockIsFoundByItsNumber() throws RescueException {
        SampleImage sample = SampleImage.random(3, SMALL, HashAlgorithm.SHA_256, 50);
        CrashableStore store = new CrashableStore();
        sample.write(store, NAME, 1000);
        try (ImageReader reader = ImageReader.open(store, NAME)) {
            for (long block = 0; block < 4200; block++) {
                boolean isThere = sample.blocks.containsKey(new SampleImage.Place(2, block));
                assertThat(reader.block(2, block).isPresent()).isEqualTo(isThere);
            }
        }
    }

    @Test
    void recordsThatFollowOneAnotherAreReadAtOnce() throws RescueException {
        SampleImage sample = SampleImage.random(8, SMALL, HashAlgorithm.XXH3_128, 100);
        CrashableStore store = new CrashableStore();
        sample.write(store, NAME, 1000);
        try (ImageReader reader = ImageReader.open(store, NAME);
                BlockDecoder decoder = new BlockDecoder(reader)) {
            List<BlockEntry> entries =
                    entries(reader, reader.directory().pagesOf(0).getFirst());
            int at = 0;
            while (entries.get(at).kind() != BlockKind.DATA
                    || entries.get(at + 1).kind() != BlockKind.DATA) {
                at++;
            }
            BlockEntry first = entries.get(at);
            BlockEntry second = entries.get(at + 1);
            assertThat(second.offsetBytes()).isEqualTo(first.endBytes());
            ByteBuffer stored = ByteBuffer.allocateDirect(2 * EncodedBlock.bufferBytes(SMALL));
            reader.readStored(first, second, stored);
            ByteBuffer plain = ByteBuffer.allocateDirect(SMALL.bytes());
            decoder.decode(second, stored.position((int) (second.offsetBytes() - first.offsetBytes())), plain);
            SampleImage.Block expected =
                    Objects.requireNonNull(sample.blocks.get(new SampleImage.Place(0, second.block())));
            assertThat(plain).isEqualTo(expected.plain());
        }
    }

    @Test
    void aWriterTakesBlocksOnlyOnceAndInsideTheirStream() throws RescueException {
        SampleImage sample = SampleImage.random(4, SMALL, HashAlgorithm.XXH3_128, 100);
        ByteBuffer zero = ByteBuffer.allocateDirect(SMALL.bytes());
        try (ImageWriter writer = ImageWriter.create(new CrashableStore(), NAME, sample.header, sample.description);
                BlockEncoder encoder = new BlockEncoder(sample.header, 1)) {
            writer.append(encoder.encode(1, 1, zero, -1, 0));
            assertThatThrownBy(() -> writer.append(encoder.encode(1, 1, zero, -1, 0)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.append(encoder.encode(1, 3, zero, -1, 0)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.append(encoder.encode(3, 0, zero, -1, 0)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> encoder.encode(1, 2, zero, 0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> encoder.encode(1, 2, zero, 1, 2)).isInstanceOf(IllegalArgumentException.class);
            writer.append(encoder.encode(1, 2, zero, -1, 0));
            writer.append(encoder.encode(0, 2, zero, -1, 0));
            assertThatThrownBy(() -> writer.append(encoder.encode(1, 2, zero, -1, 0)))
                    .isInstanceOf(IllegalArgumentException.class);
            writer.finish();
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anImageThatIsThereIsNotWrittenOver() throws RescueException {
        SampleImage sample = SampleImage.random(6, SMALL, HashAlgorithm.XXH3_128, 10);
        CrashableStore store = new CrashableStore();
        sample.write(store, NAME, 1000);
        byte[] before = store.get(NAME);
        assertThatThrownBy(() -> sample.write(store, NAME, 1000)).isInstanceOf(RefusedException.class);
        assertThat(Arrays.equals(store.get(NAME), before)).isTrue();
    }

    @Test
    void anUnfinishedImageIsNotWrittenOver() throws RescueException {
        SampleImage sample = SampleImage.random(6, SMALL, HashAlgorithm.XXH3_128, 10);
        CrashableStore store = new CrashableStore();
        ImageWriter.create(store, NAME, sample.header, sample.description).close();
        assertThatThrownBy(() -> sample.write(store, NAME, 1000))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(ImageNames.partial(NAME));
    }

    @Test
    void whatIsFreeNeverGetsIntoAnImage() {
        SampleImage sample = SampleImage.random(6, SMALL, HashAlgorithm.XXH3_128, 10);
        ByteBuffer plain = ByteBuffer.allocateDirect(SMALL.bytes());
        plain.put(3 * SMALL.unitBytes() + 17, (byte) 1);
        try (BlockEncoder encoder = new BlockEncoder(sample.header, 1)) {
            assertThat(encoder.encode(0, 0, plain, 0b1000, 0).kind()).isEqualTo(BlockKind.DATA);
            assertThatThrownBy(() -> encoder.encode(0, 0, plain, ~0b1000, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anAbandonedImageLeavesNothing() throws RescueException {
        SampleImage sample = SampleImage.random(6, SMALL, HashAlgorithm.XXH3_128, 10);
        CrashableStore store = new CrashableStore();
        ImageWriter writer = ImageWriter.create(store, NAME, sample.header, sample.description);
        writer.abandon();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void zeroBlocksTakeNextToNothing() throws RescueException {
        SampleImage sample = SampleImage.huge(1L << 40);
        CrashableStore store = new CrashableStore();
        int blocks = 1 << 17;
        try (ImageWriter writer = ImageWriter.create(store, NAME, sample.header, sample.description);
                BlockEncoder encoder = new BlockEncoder(sample.header, 1)) {
            ByteBuffer zero =
                    ByteBuffer.allocateDirect(sample.header.blockSize().bytes());
            EncodedBlock encoded = new EncodedBlock(sample.header.blockSize());
            for (int block = 0; block < blocks; block++) {
                writer.append(encoder.encode(0, block, zero, -1, 0, encoded));
            }
            assertThat(writer.finish().totals().zeroBlocks()).isEqualTo(blocks);
        }
        assertThat(store.sizeBytes(NAME)).isLessThan(32 * 1024);
    }
}
