package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageDescription;

/** Streams of images read at random, against the blocks that went into them. */
final class ImageDeviceTest {
    private static final BlockSize SIZE = new BlockSize(BlockSize.MIN_BYTES);

    @ParameterizedTest
    @ValueSource(strings = {SampleChain.FULL, SampleChain.DIFFERENTIAL, SampleChain.INCREMENTAL})
    void anyRangeReadsAsItWasCaptured(String name) throws RescueException {
        SampleChain chain = SampleChain.plain(11, 7);
        CrashableStore store = new CrashableStore();
        chain.write(store);
        readsAsCaptured(store, name, ImageKeys.NONE, chain.blocks(name));
    }

    @Test
    void anEncryptedStreamReadsAsItWasCaptured() throws RescueException {
        EncryptedSet set = new EncryptedSet(12, HashAlgorithm.XXH3_128);
        SampleChain chain = SampleChain.encrypted(set, 7);
        CrashableStore store = new CrashableStore();
        chain.write(store);
        readsAsCaptured(store, SampleChain.INCREMENTAL, set.keys, chain.blocks(SampleChain.INCREMENTAL));
    }

    private static void readsAsCaptured(
            CrashableStore store, String name, ImageKeys keys, Map<SampleImage.Place, SampleImage.Block> blocks)
            throws RescueException {
        try (ImageReader reader = ImageReader.open(store, name, keys)) {
            for (ImageDescription.Stream stream : reader.description().streams()) {
                try (ImageDevice device = ImageDevice.open(reader, stream.id())) {
                    assertThat(device.sizeBytes()).isEqualTo(stream.sizeBytes());
                    assertThat(device.isReadOnly()).isTrue();
                    long count = SIZE.blocksIn(stream.sizeBytes());
                    Random random = new Random(stream.id());
                    Map<String, Integer> seen = new HashMap<>();
                    for (int round = 0; round < 400; round++) {
                        // Most blocks lie at the edges of the stream.
                        long block = random.nextBoolean() ? random.nextInt(6) : count - 1 - random.nextInt(4);
                        long offset = Math.max(0, block) * SIZE.bytes() + random.nextInt(SIZE.bytes());
                        long left = Math.max(0, stream.sizeBytes() - offset);
                        int length = (int) Math.min(left, random.nextInt(2 * SIZE.bytes()));
                        String what = read(device, Math.min(offset, stream.sizeBytes()), length, stream.id(), blocks);
                        seen.merge(what, 1, Integer::sum);
                    }
                    assertThat(seen).containsKey("data");
                }
            }
        }
    }

    private static String read(
            BlockDevice device, long offset, int length, int stream, Map<SampleImage.Place, SampleImage.Block> blocks)
            throws RescueException {
        byte[] expected = new byte[length];
        boolean isReadable = true;
        for (int i = 0; i < length; i++) {
            SampleImage.Block block = blocks.get(new SampleImage.Place(stream, (offset + i) / SIZE.bytes()));
            int inBlock = (int) ((offset + i) % SIZE.bytes());
            if (block != null) {
                expected[i] = block.plain().get(inBlock);
                isReadable &= ((block.unreadable() >>> (inBlock / SIZE.unitBytes())) & 1) == 0;
            }
        }
        ByteBuffer buffer = ByteBuffer.allocate(length);
        if (!isReadable) {
            assertThatThrownBy(() -> device.read(offset, buffer))
                    .asInstanceOf(type(DeviceException.class))
                    .matches(DeviceException::isUnreadableSector)
                    .extracting(DeviceException::getMessage)
                    .asString()
                    .contains("could not be read when the image was captured");
            return "unreadable";
        }
        device.read(offset, buffer);
        assertThat(buffer.array()).isEqualTo(expected);
        return "data";
    }

    @Test
    void aDamagedBlockIsNamedAndTheOthersRead() throws RescueException {
        SampleImage sample = SampleImage.inParts(13, 40, Long.MAX_VALUE);
        CrashableStore store = new CrashableStore();
        sample.write(store, "a.rkimg", 1000);
        long offset;
        try (ImageReader reader = ImageReader.open(store, "a.rkimg")) {
            offset = reader.block(0, 17).orElseThrow().offsetBytes() + 1000;
        }
        flip(store, "a.rkimg", offset);
        try (ImageReader reader = ImageReader.open(store, "a.rkimg");
                ImageDevice device = ImageDevice.open(reader, 0)) {
            ByteBuffer buffer = ByteBuffer.allocate(10);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> device.read(18L * SIZE.bytes() - 5, buffer.clear()))
                        .isInstanceOf(IntegrityException.class)
                        .hasMessageContaining("Block 17 of stream 0 in a.rkimg");
            }
            device.read(18L * SIZE.bytes(), buffer.clear());
            SampleImage.Block next = Objects.requireNonNull(sample.blocks.get(new SampleImage.Place(0, 18)));
            assertThat(buffer.flip()).isEqualTo(next.plain().slice(0, 10));
        }
    }

    private static void flip(CrashableStore store, String name, long offset) throws RescueException {
        byte[] bytes = store.get(name);
        bytes[(int) offset] ^= 4;
        store.put(name, bytes);
    }

    @Test
    void nothingIsEverWrittenAndNothingReadOnceItIsClosed() throws RescueException {
        SampleImage sample = SampleImage.random(14, SIZE, HashAlgorithm.XXH3_128, 50);
        CrashableStore store = new CrashableStore();
        sample.write(store, "a.rkimg", 1000);
        try (ImageReader reader = ImageReader.open(store, "a.rkimg")) {
            ImageDevice device = ImageDevice.open(reader, 1);
            assertThat(device.name()).isEqualTo("partition 1 in a.rkimg");
            assertThatThrownBy(() -> device.write(0, ByteBuffer.allocate(1))).isInstanceOf(DeviceException.class);
            assertThatThrownBy(() -> ImageDevice.open(reader, 99)).isInstanceOf(IllegalArgumentException.class);
            device.close();
            assertThatThrownBy(() -> device.read(0, ByteBuffer.allocate(1))).isInstanceOf(DeviceException.class);
        }
    }
}
