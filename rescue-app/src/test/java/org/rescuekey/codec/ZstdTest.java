package org.rescuekey.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.MalformedDataException;

final class ZstdTest {
    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static byte[] sample(long seed, int length, boolean isRandom) {
        byte[] bytes = new byte[length];
        Random random = new Random(seed);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (isRandom ? random.nextInt(256) : i / 100);
        }
        return bytes;
    }

    @Property(tries = 100)
    void whatIsCompressedIsDecompressed(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 300_000) int length, @ForAll boolean isRandom)
            throws MalformedDataException {
        ByteBuffer plain = direct(sample(seed, length, isRandom));
        ByteBuffer frame = ByteBuffer.allocateDirect(ZstdCompressor.bound(length));
        ByteBuffer back = ByteBuffer.allocateDirect(length);
        try (ZstdCompressor compressor = new ZstdCompressor(1);
                ZstdDecompressor decompressor = new ZstdDecompressor()) {
            int stored = compressor.compress(plain, frame);
            assertThat(stored).isEqualTo(frame.position());
            assertThat(plain.remaining()).isEqualTo(length);
            decompressor.decompress(frame.flip(), back, "frame", 0);
        }
        assertThat(back.flip()).isEqualTo(plain);
    }

    @Test
    void aTargetOfAnotherLengthIsAnErrorAndNothingIsWrittenBehindIt() {
        ByteBuffer plain = direct(sample(1, 10_000, false));
        ByteBuffer frame = ByteBuffer.allocateDirect(ZstdCompressor.bound(10_000));
        ByteBuffer back = direct(new byte[20_000]);
        try (ZstdCompressor compressor = new ZstdCompressor(3);
                ZstdDecompressor decompressor = new ZstdDecompressor()) {
            compressor.compress(plain, frame);
            frame.flip();
            for (int length : new int[] {0, 1, 9_999, 10_001}) {
                assertThatThrownBy(() ->
                                decompressor.decompress(frame, back.clear().limit(length), "frame", 7))
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessageContaining("frame at offset 7");
            }
            byte[] behind = new byte[10_000];
            back.clear().get(10_000, behind);
            assertThat(behind).containsOnly(0);
        }
    }

    @Test
    void damagedFramesAreErrors() {
        byte[] plain = sample(2, 5_000, false);
        Random random = new Random(3);
        try (ZstdCompressor compressor = new ZstdCompressor(3);
                ZstdDecompressor decompressor = new ZstdDecompressor()) {
            byte[] frame = compressor.compress(plain);
            int refused = 0;
            for (int i = 0; i < 2_000; i++) {
                byte[] bad = frame.clone();
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
                byte[] cut = i % 2 == 0 ? bad : Arrays.copyOf(bad, random.nextInt(bad.length));
                try {
                    assertThat(decompressor.decompress(cut, plain.length, "frame", 0))
                            .hasSize(plain.length);
                } catch (MalformedDataException _) {
                    refused++;
                }
            }
            assertThat(refused).isGreaterThan(1_000);
        }
    }

    @Test
    void levelsAndTargetsAreChecked() {
        assertThatThrownBy(() -> new ZstdCompressor(0)).isInstanceOf(IllegalArgumentException.class);
        try (ZstdCompressor compressor = new ZstdCompressor(1)) {
            compressor.setLevel(5);
            assertThat(compressor.level()).isEqualTo(5);
            assertThatThrownBy(() -> compressor.setLevel(20)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> compressor.compress(direct(new byte[100]), direct(new byte[100])))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
