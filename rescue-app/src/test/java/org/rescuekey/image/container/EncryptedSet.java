package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.rescuekey.crypto.Argon2Settings;
import org.rescuekey.crypto.DataKey;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.index.BlockEntry;

/** An encrypted set of a full image and an incremental one, with a password that is cheap to try. */
final class EncryptedSet implements AutoCloseable {
    static final String FULL = "001-full.rkimg";
    static final String CHILD = "002-inc.rkimg";
    static final String PASSWORD = "correct horse";
    /** What a block of the full image holds, as text. */
    static final String PLAIN = "Meine geheimen Kontodaten. ";
    /** As little as the limits allow. */
    static final Argon2Settings CHEAP = new Argon2Settings(8, 1, 1);

    final SampleImage sample;
    final ImageKeys keys;
    final KeySlots slots;
    private final SecureRandom random;

    EncryptedSet(long seed, HashAlgorithm algorithm) throws RescueException {
        this(SampleImage.random(seed, new BlockSize(BlockSize.MIN_BYTES), algorithm, 70), new Chance(seed));
    }

    EncryptedSet(SampleImage sample, SecureRandom random) throws RescueException {
        this.sample = sample;
        this.random = random;
        DataKey key = DataKey.random(random);
        try (Password password = password(PASSWORD)) {
            slots = KeySlots.create(key, password, CHEAP, Instant.EPOCH, random);
        }
        keys = ImageKeys.of(sample.header.setId(), key);
        sample.blocks.put(new SampleImage.Place(1, 0), new SampleImage.Block(text(PLAIN), -1, 0));
    }

    /** The same random bytes again and again, so that tests and golden images can be repeated. */
    static final class Chance extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final Random random;

        Chance(long seed) {
            random = new Random(seed);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }

        @Override
        public long nextLong() {
            return random.nextLong();
        }
    }

    static Password password(String text) throws RescueException {
        return Password.ofChars(text.toCharArray());
    }

    static ByteBuffer text(String text) {
        ByteBuffer block = ByteBuffer.allocateDirect(BlockSize.MIN_BYTES);
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        while (block.hasRemaining()) {
            block.put(bytes, 0, Math.min(bytes.length, block.remaining()));
        }
        return block.flip();
    }

    /** Writes the full image. */
    ImageSummary writeFull(ImageStore store) throws RescueException {
        return writeFull(store, 9);
    }

    ImageSummary writeFull(ImageStore store, int checkpointEvery) throws RescueException {
        try (ImageSeal seal = ImageSeal.begin(keys, random)) {
            return sample.write(
                    store, FULL, checkpointEvery, sample.header.withEncryption(seal.encryption(slots)), seal);
        }
    }

    /** Writes an image in which one block has changed. */
    ImageSummary writeChild(ImageStore store, SampleImage.Place changed, ByteBuffer plain) throws RescueException {
        try (ImageReader parent = ImageReader.open(store, FULL, keys);
                ImageSeal seal = ImageSeal.begin(keys, random)) {
            ImageHeader header = ImageHeader.child(
                            new UUID(random.nextLong(), 9),
                            ImageKind.INCREMENTAL,
                            parent.link(),
                            parent.header(),
                            sample.header.created())
                    .withEncryption(seal.encryption(slots));
            try (ImageWriter writer = ImageWriter.createChild(store, CHILD, header, sample.description, parent, seal);
                    BlockEncoder encoder = new BlockEncoder(header, 1, seal)) {
                EncodedBlock encoded = new EncodedBlock(header.blockSize());
                for (Map.Entry<SampleImage.Place, SampleImage.Block> each : sample.blocks.entrySet()) {
                    SampleImage.Place place = each.getKey();
                    SampleImage.Block block = place.equals(changed)
                            ? new SampleImage.Block(plain, each.getValue().used(), 0)
                            : each.getValue();
                    BlockEntry known =
                            parent.block(place.stream(), place.block()).orElseThrow();
                    encoder.encode(
                            place.stream(),
                            place.block(),
                            block.plain(),
                            block.used(),
                            block.unreadable(),
                            known,
                            encoded);
                    assertThat(encoded.isKnown()).isEqualTo(!place.equals(changed));
                    writer.append(encoded);
                }
                return writer.finish();
            }
        }
    }

    /** Fails unless an image opens with these keys, is whole, and holds what the full one should. */
    void check(ImageStore store, String name, ImageKeys with) throws RescueException {
        try (ImageReader reader = ImageReader.open(store, name, with);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(reader.description()).isEqualTo(sample.description);
            assertThat(verifier.full(_ -> {})).isEmpty();
            assertThat(SampleImage.readAll(reader, false)).isEqualTo(sample.blocks);
        }
    }

    @Override
    public void close() {
        keys.close();
    }
}
