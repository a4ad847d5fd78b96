package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.codec.ZstdDecompressor;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.ImageStore;

/** Chains and images in parts that some version once wrote are read by every later one. The files never change. */
final class GoldenSetTest {
    static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(GoldenSetTest.class.getResourceAsStream("/image/" + name), name)) {
            return in.readAllBytes();
        }
    }

    /** Who thinks of making these files anew breaks the promise that old images are read for ever. */
    @ParameterizedTest
    @CsvSource({
        "full-1.0-encrypted.rkimg, 408008adb3f88b9f4735f44b0bf15398b9824e30ea248e7d8c9eb0113815024b",
        "full-1.0-sha256.rkimg, 35eadc2e51f777e33e9fd4a3e00e1b325916c76867dcdb59ed7b9d63d23711ac",
        "full-1.0-xxh3.rkimg, e357aba74ba8e2a5adf8e2a0c04479603275bbd23d4514de5320d48896608dc2",
        "chain-1.0/001-full.rkimg, 78a06dab6fdbcd10bf666de92c30a7b4e7d11995c9f43a4786bc13ad42000dc8",
        "chain-1.0/002-diff.rkimg, 00f9ef1014bca82fe95dc145b3bef513ca2f58c166607899bb6562a4df47297f",
        "chain-1.0/003-inc.rkimg, c9433a216c9445132ea593004c3da2f1699329356e460c8197c79bfc70c9f6e8",
        "chain-1.0/004-merged.rkimg, 90f46506783da1f1f051c02d92e27f416eab7203b18a547367e211acef9369ca",
        "parts-1.0/001-full.rkimg.zst, ff7b6139b9912a073874e46822bccf1673098924bcd2ec8b2de62f944767d214",
        "parts-1.0/001-full.rkimg.002.zst, 6323432ff49e3418a570d44e0b70c8900018066650d39f7c819a3640c1f498bb"
    })
    void theFilesAreWhatTheyWere(String name, String sha256) throws IOException {
        assertThat(Sha256.of(resource(name))).hasToString(sha256);
    }

    private static CrashableStore chain(String... names) throws IOException {
        CrashableStore store = new CrashableStore();
        for (String name : names) {
            store.put(name, resource("chain-1.0/" + name));
        }
        return store;
    }

    /** What each holds: SHA-256 over stream, block, masks and plain bytes of each block. */
    @ParameterizedTest
    @CsvSource({
        "001-full.rkimg, a5740013ada8b68d31ec37e12158a43fdcca1378c08ada92b783659a7082ef55",
        "002-diff.rkimg, fd0ea21a4fe4d31cc4eebd208aef7cfdeaa30fd639eb2df73ccd61cf7f72b4e1",
        "003-inc.rkimg, 237c3837545abf99727387cd1e911f9cbde7b11b57bd786e33b0474db7151d2e",
        "004-merged.rkimg, fd0ea21a4fe4d31cc4eebd208aef7cfdeaa30fd639eb2df73ccd61cf7f72b4e1"
    })
    void aChainIsReadForEver(String name, String content) throws IOException {
        check(
                chain(GoldenSets.FULL, GoldenSets.DIFFERENTIAL, GoldenSets.INCREMENTAL, GoldenSets.MERGED),
                name,
                content);
    }

    @ParameterizedTest
    @CsvSource({
        "003-inc.rkimg, 237c3837545abf99727387cd1e911f9cbde7b11b57bd786e33b0474db7151d2e",
        "004-merged.rkimg, fd0ea21a4fe4d31cc4eebd208aef7cfdeaa30fd639eb2df73ccd61cf7f72b4e1"
    })
    void anImageThatAbsorbedOthersStandsForThem(String name, String content) throws IOException {
        check(chain(GoldenSets.INCREMENTAL, GoldenSets.MERGED), name, content);
    }

    @Test
    void anImageInPartsIsReadForEver() throws IOException {
        CrashableStore files = new CrashableStore();
        files.put(GoldenSets.FULL, part("001-full.rkimg.zst", 990_000));
        files.put(GoldenSets.FULL + ".002", part("001-full.rkimg.002.zst", 204_480));
        check(
                new PartedStore(files),
                GoldenSets.FULL,
                "e37a2123f1d9d5373c1917e7b7eca21f0de230602c6135e47f68a3c2be3d06b9");
    }

    private static byte[] part(String name, int lengthBytes) throws IOException {
        try (ZstdDecompressor decompressor = new ZstdDecompressor()) {
            return decompressor.decompress(resource("parts-1.0/" + name), lengthBytes, name, 0);
        }
    }

    private static void check(ImageStore store, String name, String content) throws IOException {
        try (ImageReader reader = ImageReader.open(store, name);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(reader.description()).isEqualTo(GoldenImages.description());
            assertThat(reader.repairs()).isEmpty();
            assertThat(verifier.full(_ -> {})).isEmpty();
            assertThat(GoldenImageTest.content(reader)).isEqualTo(content);
        }
    }
}
