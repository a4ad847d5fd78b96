package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.FormatVersionException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;

/** What is no image, or one of a newer version, is told apart from a damaged one. */
final class HeaderTest {
    private static final String NAME = "a.rkimg";

    private byte[] image = new byte[0];

    @BeforeEach
    void write() throws RescueException {
        CrashableStore store = new CrashableStore();
        SampleImage.random(13, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 90)
                .write(store, NAME, 9);
        image = store.get(NAME);
    }

    private static CrashableStore storeOf(byte[] image) {
        CrashableStore store = new CrashableStore();
        store.put(NAME, image);
        return store;
    }

    @Test
    void aNewerImageIsToldApartFromADamagedOne() {
        byte[] header = Arrays.copyOf(image, HeaderCodec.BYTES);
        checkTooNew(resealed(header, 8, 2), "2.0");
        checkTooNew(resealed(header, 16, 0x10), "1.0 with features 0x10");
        checkTooNew(resealed(header, 23, 0x80), "1.0 with features 0x8000000000000000");
    }

    @Test
    void additionsThatAnOlderReaderMayIgnoreAreIgnored() throws RescueException {
        byte[] header = Arrays.copyOf(image, HeaderCodec.BYTES);
        for (byte[] changed : List.of(resealed(header, 10, 7), resealed(header, 24, 0xFF))) {
            HeaderCodec.decode(NAME, 0, changed);
        }
    }

    private void checkTooNew(byte[] header, String version) {
        byte[] copy = image.clone();
        System.arraycopy(header, 0, copy, 0, header.length);
        assertThatThrownBy(() -> ImageReader.open(storeOf(copy), NAME))
                .isInstanceOfSatisfying(
                        FormatVersionException.class,
                        e -> assertThat(e.isTooNew()).isTrue())
                .hasMessageContaining(version)
                .hasMessageContaining("newer Rescue Key");
    }

    static byte[] resealed(byte[] header, int at, int value) {
        byte[] copy = header.clone();
        copy[at] = (byte) value;
        int hashAt = copy.length - 32;
        Sha256.of(Arrays.copyOf(copy, hashAt)).write(ByteBuffer.wrap(copy, hashAt, 32), 32);
        return copy;
    }

    @Test
    void whatIsNoImageIsSaidToBeNone() {
        for (int length : new int[] {1, 7, 8, 100, 4096, 100_000}) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            assertThatThrownBy(() -> ImageReader.open(storeOf(bytes), NAME))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining(NAME + " is not a Rescue Key image");
        }
    }
}
