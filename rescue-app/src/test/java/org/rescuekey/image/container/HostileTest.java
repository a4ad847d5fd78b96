package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;

/** Bytes that were made to harm end in a {@link RescueException}, and in nothing else. Seeds are fixed. */
final class HostileTest {
    private static final String NAME = "a.rkimg";

    private final SampleImage sample =
            SampleImage.random(13, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 50);
    private byte[] image = new byte[0];

    private interface Parse {
        void run(byte[] bytes) throws RescueException;
    }

    @BeforeEach
    void write() throws RescueException {
        CrashableStore store = new CrashableStore();
        sample.write(store, NAME, 5);
        image = store.get(NAME);
    }

    /** Mutates bytes in many ways; returns how many mutants were refused. */
    private static int mutate(byte[] good, int count, long seed, Parse parse) {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] bytes = mutant(good, random);
            try {
                parse.run(bytes);
            } catch (RescueException _) {
                refused++;
            }
        }
        return refused;
    }

    static byte[] mutant(byte[] good, Random random) {
        byte[] bytes = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte) 0xFF);
                case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte) 0);
                default -> bytes = random.nextInt(8) == 0 && at > 0 ? Arrays.copyOf(bytes, at) : bytes;
            }
        }
        return bytes;
    }

    private void walk(byte[] bytes) throws RescueException {
        CrashableStore store = new CrashableStore();
        store.put(NAME, bytes);
        assertThat(ImageCatalog.look(store, NAME)).isNotNull();
        try (ImageReader reader = ImageReader.openRecovered(store, NAME);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(verifier.quick()).isNotNull();
        }
    }

    @Test
    void mutatedImagesAreReadWithoutHarm() {
        assertThat(mutate(image, 3000, 1, this::walk)).isPositive();
    }

    @Test
    void mutatedImagesAreRecoveredWithoutHarm() {
        byte[] cut = Arrays.copyOf(image, image.length - Footer.BYTES);
        mutate(cut, 300, 2, bytes -> {
            CrashableStore store = new CrashableStore();
            store.put(NAME, bytes);
            ImageRecovery.finish(store, NAME);
            try (ImageReader reader = ImageReader.openRecovered(store, NAME)) {
                SampleImage.readAll(reader, true);
            }
        });
    }

    @Test
    void mutatedHeadersWithARightHashAreDecodedWithoutHarm() {
        byte[] header = Arrays.copyOf(image, HeaderCodec.BYTES);
        int refused = mutate(Arrays.copyOf(header, 256), 5000, 3, bytes -> {
            byte[] whole = header.clone();
            System.arraycopy(bytes, 0, whole, 0, bytes.length);
            HeaderCodec.decode(NAME, 0, HeaderTest.resealed(whole, 255, 0));
        });
        assertThat(refused).isBetween(1, 4999);
    }

    @Test
    void mutatedFootersWithARightHashAreReadWithoutHarm() {
        int at = image.length - Footer.BYTES;
        byte[] footer = Arrays.copyOfRange(image, at, at + HeaderCodec.BYTES);
        int refused = mutate(Arrays.copyOf(footer, 160), 3000, 4, bytes -> {
            byte[] whole = footer.clone();
            System.arraycopy(bytes, 0, whole, 0, bytes.length);
            byte[] copy = image.clone();
            System.arraycopy(HeaderTest.resealed(whole, 1000, 0), 0, copy, at, whole.length);
            walk(copy);
        });
        assertThat(refused).isBetween(1, 2999);
    }

    @Test
    void mutatedRecordHeadersWithARightChecksumAreReadWithoutHarm() throws RescueException {
        CrashableStore store = new CrashableStore();
        store.put(NAME, image);
        RecordScanner scanner = new RecordScanner(store.open(NAME), sample.header, image.length - Footer.BYTES);
        for (RecordScanner.Found found = scanner.next(); found != null; found = scanner.next()) {
            int at = (int) found.offsetBytes();
            mutate(Arrays.copyOfRange(image, at, at + 120), 60, at, bytes -> {
                byte[] copy = image.clone();
                System.arraycopy(bytes, 0, copy, at, bytes.length);
                int crc = RecordHeader.crc(ByteBuffer.wrap(copy, at, 124));
                ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 124, crc);
                CrashableStore mutated = new CrashableStore();
                mutated.put(NAME, Arrays.copyOf(copy, copy.length - Footer.BYTES));
                ImageRecovery.scan(mutated, NAME);
                walk(copy);
            });
        }
    }

    @Test
    void mutatedPagesAreDecodedWithoutHarm() throws RescueException {
        CrashableStore store = new CrashableStore();
        store.put(NAME, image);
        PageCodec codec = PageCodec.of(sample.header);
        try (ImageReader reader = ImageReader.open(store, NAME)) {
            for (PageReference reference : reader.directory().pages()) {
                byte[] page = codec.encode(reader.page(reference));
                int refused = mutate(page, 20_000, reference.offsetBytes(), bytes -> {
                    IndexPage decoded =
                            codec.decode("page", reference.stream(), reference.number(), bytes, image.length, 0);
                    // What is let through is a page: it encodes to something that decodes to the same.
                    byte[] again = codec.encode(decoded);
                    assertThat(codec.decode("page", decoded.stream(), decoded.number(), again, image.length, 0))
                            .isEqualTo(decoded);
                });
                assertThat(refused).isBetween(1, 19_999);
            }
        }
    }

    @Test
    void mutatedDirectoriesAreDecodedWithoutHarm() throws RescueException {
        CrashableStore store = new CrashableStore();
        store.put(NAME, image);
        try (ImageReader reader = ImageReader.open(store, NAME)) {
            byte[] directory = reader.directory().encode();
            int refused = mutate(directory, 20_000, 5, bytes -> PageDirectory.decode("directory", bytes, image.length));
            assertThat(refused).isBetween(1, 19_999);
        }
    }

    @Test
    void mutatedDescriptionsAreDecodedWithoutHarm() {
        DescriptionCodec codec = new DescriptionCodec();
        int refused = mutate(codec.encode(sample.description), 20_000, 6, bytes -> codec.decode(NAME, 0, bytes));
        assertThat(refused).isBetween(1, 19_999);
    }

    /** Little in the file, and gigabytes as a tree of objects. */
    @Test
    void aDescriptionOfMillionsOfTokensIsRefused() {
        byte[] bytes =
                ("[" + "[],".repeat((DescriptionCodec.MAX_BYTES - 4) / 3) + "[]]").getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> new DescriptionCodec().decode(NAME, 0, bytes))
                .isInstanceOf(MalformedDataException.class);
    }

    @Test
    void randomBytesAreNothing() {
        Random random = new Random(7);
        PageCodec codec = new PageCodec(BlockSize.DEFAULT, HashAlgorithm.SHA_256, 0);
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            assertThat(mutate(bytes.length == 0 ? new byte[1] : bytes, 1, i, each -> {
                        codec.decode("page", 0, 0, each, 1 << 20, 3);
                    }))
                    .isBetween(0, 1);
            mutate(bytes.length == 0 ? new byte[1] : bytes, 1, i, each -> new DescriptionCodec().decode("x", 0, each));
            mutate(bytes.length == 0 ? new byte[1] : bytes, 1, i, each -> PageDirectory.decode("x", each, 1 << 20));
        }
    }
}
