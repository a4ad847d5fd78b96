package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.rescuekey.Bounded;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageDirectory;

/**
 * The structures of an image from a stored corpus of hostile bytes, in bounded memory. Where a checksum would refuse a change
 * at once, it is made right before.
 */
@Tag("fuzz")
final class ImageFuzzTest {
    private static final String NAME = "a.rkimg";

    /** What is decoded is at most so much larger than its bytes. */
    private static final int FACTOR = 256;

    private static long limit(byte[] bytes) {
        return (256 << 10) + (long) FACTOR * bytes.length;
    }

    private static byte[] resealed(byte[] bytes) {
        byte[] whole = Arrays.copyOf(bytes, HeaderCodec.BYTES);
        int hashAt = HeaderCodec.BYTES - 32;
        Sha256.of(Arrays.copyOf(whole, hashAt)).write(ByteBuffer.wrap(whole, hashAt, 32), 32);
        return whole;
    }

    @FuzzTest
    void header(byte[] bytes) {
        Bounded.run(limit(bytes), () -> HeaderCodec.decode(NAME, 0, resealed(bytes)));
    }

    @FuzzTest
    void footer(byte[] bytes) {
        byte[] whole = Arrays.copyOf(resealed(bytes), Footer.BYTES);
        Bounded.run(limit(whole), () -> Footer.decode(NAME, 100_000, whole));
    }

    @FuzzTest
    void record(byte[] bytes) {
        byte[] whole = Arrays.copyOf(bytes, RecordHeader.BYTES);
        int crc = RecordHeader.crc(ByteBuffer.wrap(whole, 0, 124));
        ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putInt(124, crc);
        long tag = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
        Bounded.run(limit(whole), () -> {
            RecordHeader header = RecordHeader.decode(NAME, 0, ByteBuffer.wrap(whole), tag);
            BlockRecord.of(GoldenImages.header(HashAlgorithm.XXH3_128), null, header, 4096)
                    .ifPresent(record -> assertThat(record.run()).isPositive());
        });
    }

    @FuzzTest
    void page(byte[] bytes) {
        PageCodec codec = new PageCodec(new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 0);
        Bounded.run((1 << 20) + limit(bytes), () -> codec.decode("page", 1, 0, bytes, 1 << 20, 3));
    }

    @FuzzTest
    void directory(byte[] bytes) {
        Bounded.run(limit(bytes), () -> PageDirectory.decode("directory", bytes, 1 << 20));
    }

    @FuzzTest
    void description(byte[] bytes) {
        Bounded.run(limit(bytes), () -> new DescriptionCodec().decode(NAME, 0, bytes));
    }

    @FuzzTest
    void keySlots(byte[] bytes) {
        byte[] whole = Arrays.copyOf(bytes, KeySlots.BYTES);
        Bounded.run(limit(whole), () -> KeySlots.decode(NAME, 240, whole));
    }

    /** Read as it is, and recovered. */
    @FuzzTest
    void image(byte[] bytes) {
        Bounded.run(64 << 20, () -> {
            CrashableStore store = new CrashableStore();
            store.put(NAME, bytes);
            assertThat(ImageCatalog.look(store, NAME)).isNotNull();
            ImageRecovery.scan(store, NAME);
            try (ImageReader reader = ImageReader.openRecovered(store, NAME);
                    ImageVerifier verifier = new ImageVerifier(reader)) {
                assertThat(verifier.full(_ -> {})).isNotNull();
            }
        });
    }
}
