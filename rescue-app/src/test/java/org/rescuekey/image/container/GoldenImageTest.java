package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.crypto.Password;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.EndState;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.Totals;

/** An image that some version once wrote is read by every later one. The files never change. */
final class GoldenImageTest {
    /** What is in the images: SHA-256 over stream, block, masks and plain bytes of each block. */
    private static final String CONTENT = "03b54958900d32e43721fd43a74dc93f9f3c4213495227196a0d9b1e967405b3";

    @ParameterizedTest
    @CsvSource({
        "full-1.0-xxh3.rkimg, XXH3_128, 0a17f76306891a63f4ae19d7daacab63082f9f028b50bbb854dda94cc23e94ea",
        "full-1.0-sha256.rkimg, SHA_256, c85b2c8556e6143d1f581ed521dbb8c6516b82796da865894345d265293dc36b"
    })
    void itIsReadForEver(String name, HashAlgorithm algorithm, String rootHash) throws IOException {
        CrashableStore store = new CrashableStore();
        try (InputStream in =
                Objects.requireNonNull(GoldenImageTest.class.getResourceAsStream("/image/" + name), name)) {
            store.put(name, in.readAllBytes());
        }
        try (ImageReader reader = ImageReader.open(store, name);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(reader.header()).isEqualTo(GoldenImages.header(algorithm));
            assertThat(reader.description()).isEqualTo(GoldenImages.description());
            assertThat(reader.state()).isEqualTo(EndState.COMPLETE_WITH_UNREADABLE);
            assertThat(reader.repairs()).isEmpty();
            assertThat(verifier.full(_ -> {})).isEmpty();
            Totals totals = reader.totals();
            assertThat(totals.dataBlocks()).isEqualTo(5);
            assertThat(totals.zeroBlocks()).isEqualTo(5);
            assertThat(totals.unreadableBlocks()).isEqualTo(2);
            assertThat(reader.summary().rootHash()).hasToString(rootHash);
            assertThat(content(reader)).isEqualTo(CONTENT);
        }
    }

    @Test
    void theEncryptedOneIsReadForEver() throws IOException {
        String name = "full-1.0-encrypted.rkimg";
        CrashableStore store = new CrashableStore();
        try (InputStream in =
                Objects.requireNonNull(GoldenImageTest.class.getResourceAsStream("/image/" + name), name)) {
            store.put(name, in.readAllBytes());
        }
        try (Password password = EncryptedSet.password(GoldenImages.PASSWORD);
                ImageKeys keys = ImageKeys.unlock(KeySlotsWriter.header(store, name), password)
                        .keys();
                ImageReader reader = ImageReader.open(store, name, keys);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(reader.description()).isEqualTo(GoldenImages.description());
            assertThat(reader.isIndexProven()).isTrue();
            assertThat(verifier.full(_ -> {})).isEmpty();
            assertThat(reader.summary().rootHash())
                    .hasToString("d30438a7078a059b7cae85d9bef237eddda3ed31173d19f652e733c2c7a8946d");
            assertThat(content(reader)).isEqualTo(CONTENT);
        }
    }

    static String content(ImageReader reader) throws IOException {
        MessageDigest digest = Sha256.digest();
        for (Map.Entry<SampleImage.Place, SampleImage.Block> entry :
                SampleImage.readAll(reader, false).entrySet()) {
            SampleImage.Block block = entry.getValue();
            digest.update(ByteBuffer.allocate(28)
                    .putInt(entry.getKey().stream())
                    .putLong(entry.getKey().block())
                    .putLong(block.used())
                    .putLong(block.unreadable())
                    .flip());
            digest.update(block.plain().duplicate());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
