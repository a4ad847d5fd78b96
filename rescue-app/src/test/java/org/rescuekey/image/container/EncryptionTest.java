package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.PageReference;

/** An encrypted image gives its content to who has the password, and to nobody else. */
final class EncryptionTest {
    private static final String FULL = EncryptedSet.FULL;
    private static final String CHILD = EncryptedSet.CHILD;
    private static final SampleImage.Place CHANGED = new SampleImage.Place(1, 0);
    private static final String NEW_PLAIN = "Die neuen Kontodaten. ";

    private EncryptedSet set = made(HashAlgorithm.XXH3_128);
    private CrashableStore store = new CrashableStore();

    private static EncryptedSet made(HashAlgorithm algorithm) {
        try {
            return new EncryptedSet(41, algorithm);
        } catch (RescueException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void write() throws RescueException {
        store = new CrashableStore();
        set.writeFull(store);
        set.writeChild(store, CHANGED, EncryptedSet.text(NEW_PLAIN));
    }

    @AfterEach
    void close() {
        set.close();
    }

    private ImageHeader header(String name) throws RescueException {
        return KeySlotsWriter.header(store, name);
    }

    @ParameterizedTest
    @EnumSource(HashAlgorithm.class)
    void thePasswordOpensTheWholeChain(HashAlgorithm algorithm) throws RescueException {
        set = made(algorithm);
        write();
        try (Password password = EncryptedSet.password(EncryptedSet.PASSWORD);
                ImageKeys keys = ImageKeys.unlock(header(CHILD), password).keys()) {
            set.check(store, FULL, keys);
            try (ImageReader child = ImageReader.open(store, CHILD, keys);
                    ImageVerifier verifier = new ImageVerifier(child)) {
                assertThat(verifier.full(_ -> {})).isEmpty();
                assertThat(child.isIndexProven()).isTrue();
                Map<SampleImage.Place, SampleImage.Block> blocks = SampleImage.readAll(child, false);
                assertThat(blocks.remove(CHANGED))
                        .isNotNull()
                        .satisfies(block -> assertThat(block.plain()).isEqualTo(EncryptedSet.text(NEW_PLAIN)));
                Map<SampleImage.Place, SampleImage.Block> others = new java.util.TreeMap<>(set.sample.blocks);
                others.remove(CHANGED);
                assertThat(blocks).isEqualTo(others);
            }
        }
        assertThat(store.get(CHILD).length).isLessThan(store.get(FULL).length / 2);
    }

    @Test
    void everyRunHasASessionOfItsOwnAndNoNonceComesTwice() throws RescueException {
        java.util.Set<RecordSeal> seals = new java.util.HashSet<>();
        java.util.Set<ByteBuffer> copies = new java.util.HashSet<>();
        for (String name : List.of(FULL, CHILD)) {
            RecordScanner scanner = scanner(name);
            for (RecordScanner.Found each = scanner.next(); each != null; each = scanner.next()) {
                if (each.header().kindCode() == RecordKind.DESCRIPTION.code()) {
                    // The second is the same record once more.
                    copies.add(ByteBuffer.wrap(store.get(name), (int) each.offsetBytes(), (int)
                            each.header().recordBytes()));
                } else if (each.header().kindCode() < RecordKind.DESCRIPTION.code()) {
                    assertThat(each.header().seal().fits(true)).isTrue();
                    assertThat(seals.add(each.header().seal())).isTrue();
                }
            }
        }
        assertThat(copies).hasSize(2);
        assertThat(seals)
                .extracting(RecordSeal::session)
                .contains(header(CHILD).encryption().orElseThrow().session());
        assertThat(header(FULL).encryption()).isNotEqualTo(header(CHILD).encryption());
    }

    private RecordScanner scanner(String name) throws RescueException {
        byte[] bytes = store.get(name);
        return new RecordScanner(store.open(name), header(name), bytes.length - Footer.BYTES);
    }

    @Test
    void withoutThePasswordOnlyTheStructureIsKnown() throws RescueException {
        assertThatThrownBy(() -> ImageReader.open(store, CHILD))
                .isInstanceOf(PasswordNeededException.class)
                .hasMessageContaining("needs its password");
        assertThat(ImageCatalog.look(store, FULL)).isInstanceOfSatisfying(ImageListing.Locked.class, locked -> {
            assertThat(locked.summary().header().imageId()).isEqualTo(set.sample.header.imageId());
            assertThat(locked.summary().totals().blocks()).isEqualTo(set.sample.blocks.size());
        });
        try (ImageReader locked = ImageReader.openLocked(store, CHILD);
                ImageVerifier verifier = new ImageVerifier(locked)) {
            assertThat(locked.isLocked()).isTrue();
            assertThat(verifier.quick()).isEmpty();
            assertThatThrownBy(locked::description).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aWrongPasswordIsToldFromDamage() throws RescueException {
        try (Password wrong = EncryptedSet.password("correct Horse")) {
            assertThatThrownBy(() -> ImageKeys.unlock(header(FULL), wrong)).isInstanceOf(WrongPasswordException.class);
        }
        byte[] copy = store.get(FULL);
        try (ImageReader reader = ImageReader.open(store, FULL, set.keys)) {
            BlockEntry data = firstData(reader);
            copy[(int) data.offsetBytes() + RecordHeader.BYTES] ^= 1;
        }
        CrashableStore damaged = new CrashableStore();
        damaged.put(FULL, copy);
        try (ImageReader reader = ImageReader.open(damaged, FULL, set.keys);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(verifier.full(_ -> {})).hasSize(1).first().isInstanceOf(Damage.Blocks.class);
        }
    }

    private static BlockEntry firstData(ImageReader reader) throws RescueException {
        for (PageReference page : reader.directory().pages()) {
            for (BlockEntry entry : reader.page(page).entries()) {
                if (entry.kind() == BlockKind.DATA) {
                    return entry;
                }
            }
        }
        throw new AssertionError("no DATA");
    }

    @Test
    void theKeysOfAnotherSetOpenNothing() throws RescueException {
        try (EncryptedSet other = new EncryptedSet(42, HashAlgorithm.XXH3_128)) {
            assertThatThrownBy(() -> ImageReader.open(store, FULL, other.keys))
                    .isInstanceOf(PasswordNeededException.class);
        }
    }

    /** Everything a person wrote or named, and what it hashes to, in all forms in which it could stand there. */
    @Test
    void nothingOfTheDiskStandsInTheFiles() throws RescueException {
        BlockHasher plainHash = BlockHasher.of(HashAlgorithm.XXH3_128, set.sample.header.hashSeed());
        byte[] hash = Arrays.copyOf(
                plainHash.hash(0, EncryptedSet.text(EncryptedSet.PLAIN)).toBytes(), 16);
        byte[] description =
                Sha256.of(new DescriptionCodec().encode(set.sample.description)).toBytes();
        for (String name : List.of(FULL, CHILD)) {
            byte[] bytes = store.get(name);
            for (String secret : List.of(
                    EncryptedSet.PASSWORD,
                    EncryptedSet.PLAIN,
                    NEW_PLAIN,
                    "Größe",
                    "name 0",
                    "Model X",
                    "S123",
                    "NTFS")) {
                assertThat(contains(bytes, secret.getBytes(StandardCharsets.UTF_8)))
                        .as(secret)
                        .isFalse();
            }
            assertThat(contains(bytes, hash)).isFalse();
            assertThat(contains(bytes, description)).isFalse();
        }
        CrashableStore plain = new CrashableStore();
        set.sample.write(plain, FULL, 9);
        assertThat(contains(plain.get(FULL), description)).isTrue();
        assertThat(contains(plain.get(FULL), hash)
                        || contains(plain.get(FULL), "S123".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            if (bytes[at] == wanted[0] && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aFlippedBitOfHeaderSlotsOrFooterIsFoundAtOnce() throws RescueException {
        byte[] image = store.get(FULL);
        Random random = new Random(1);
        for (int at = 0; at < image.length; at++) {
            if (at == HeaderCodec.PLACE_BYTES) {
                at = image.length - Footer.BYTES;
            }
            byte[] copy = image.clone();
            copy[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(isFound(copy, set.keys)).as("byte %d", at).isTrue();
            assertThat(isFound(copy, ImageKeys.NONE))
                    .as("byte %d without the key", at)
                    .isTrue();
        }
    }

    private static boolean isFound(byte[] image, ImageKeys keys) {
        CrashableStore store = new CrashableStore();
        store.put(FULL, image);
        try (ImageReader reader = ImageReader.openLocked(store, FULL, keys);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            return !verifier.quick().isEmpty();
        } catch (RescueException _) {
            return true;
        }
    }

    @Test
    void aFlippedBitOfAnyRecordIsFound() throws RescueException {
        store = new CrashableStore();
        set.writeFull(store, 1_000_000); // without pages that a checkpoint wrote and nobody reads
        byte[] image = store.get(FULL);
        Random random = new Random(2);
        RecordScanner scanner = scanner(FULL);
        for (RecordScanner.Found part = scanner.next(); part != null; part = scanner.next()) {
            for (int i = 0; i < 60; i++) {
                int at = (int) part.offsetBytes()
                        + random.nextInt(
                                i < 40
                                        ? RecordHeader.BYTES
                                        : (int) part.header().recordBytes());
                byte[] copy = image.clone();
                copy[at] ^= (byte) (1 << random.nextInt(8));
                boolean isBlock = part.header().kindCode() < RecordKind.DESCRIPTION.code();
                assertThat(isBlock ? isFoundInBlocks(copy, part.offsetBytes()) : isFound(copy, set.keys))
                        .as(
                                "byte %d of a record of kind %d",
                                at - part.offsetBytes(), part.header().kindCode())
                        .isTrue();
            }
        }
    }

    private boolean isFoundInBlocks(byte[] image, long offset) throws RescueException {
        CrashableStore copy = new CrashableStore();
        copy.put(FULL, image);
        try (ImageReader reader = ImageReader.open(copy, FULL, set.keys);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            for (PageReference page : reader.directory().pages()) {
                for (BlockEntry entry : reader.page(page).entries()) {
                    if (entry.offsetBytes() == offset) {
                        return verifier.check(entry) != null;
                    }
                }
            }
            throw new AssertionError("no block at " + offset);
        }
    }

    @Test
    void aConsolidationWithTheKeyProvesItsIndex() throws RescueException {
        try (ImageReader top = ImageReader.open(store, CHILD, set.keys)) {
            ImageSummary made = ImageMerger.merge(store, top, top.links(), "merged.rkimg", entry -> {});
            assertThat(made.isIndexProven()).isTrue();
        }
        // What is made of something that is not proven is not proven either, whoever makes it.
        try (ImageReader locked = ImageReader.openLocked(store, CHILD)) {
            ImageSummary made = ImageMerger.merge(store, locked, locked.links(), "unproven.rkimg", entry -> {});
            assertThat(made.isIndexProven()).isFalse();
        }
        try (ImageReader top = ImageReader.open(store, "unproven.rkimg", set.keys)) {
            ImageSummary made = ImageMerger.merge(store, top, top.links(), "again.rkimg", entry -> {});
            assertThat(made.isIndexProven()).isFalse();
        }
        store.delete(FULL);
        store.delete(CHILD);
        try (ImageReader merged = ImageReader.open(store, "merged.rkimg", set.keys);
                ImageVerifier verifier = new ImageVerifier(merged)) {
            assertThat(merged.isIndexProven()).isTrue();
            assertThat(verifier.full(_ -> {})).isEmpty();
        }
    }

    @Test
    void consolidationNeedsNoPasswordButSaysThatItsIndexIsNotProven() throws RescueException {
        try (ImageReader locked = ImageReader.openLocked(store, CHILD)) {
            assertThat(locked.isLocked()).isTrue();
            ImageMerger.merge(store, locked, locked.links(), "merged.rkimg", entry -> {});
        }
        store.delete(FULL);
        store.delete(CHILD);
        try (ImageReader locked = ImageReader.openLocked(store, "merged.rkimg")) {
            ImageMerger.check(locked, entry -> {});
            assertThat(locked.header().parent()).isEmpty();
        }
        try (ImageReader merged = ImageReader.open(store, "merged.rkimg", set.keys);
                ImageVerifier verifier = new ImageVerifier(merged)) {
            assertThat(verifier.full(_ -> {})).isEmpty();
            assertThat(merged.description()).isEqualTo(set.sample.description);
            assertThat(merged.totals().blocks()).isEqualTo(set.sample.blocks.size());
            assertThat(SampleImage.readAll(merged, false).get(CHANGED)).isNotEqualTo(set.sample.blocks.get(CHANGED));
            assertThat(merged.opened().isIndexProven()).isFalse();
        }
    }

    @Test
    void recoveryNeedsNoPasswordButSaysThatItsIndexIsNotProven() throws RescueException {
        byte[] cut = Arrays.copyOf(store.get(FULL), store.get(FULL).length - Footer.BYTES - 100);
        for (ImageKeys keys : List.of(ImageKeys.NONE, set.keys)) {
            CrashableStore broken = new CrashableStore();
            broken.put(FULL, cut);
            ImageRecovery.finish(broken, FULL, keys);
            try (ImageReader reader = ImageReader.openRecovered(broken, FULL, set.keys)) {
                assertThat(reader.isIndexProven()).isEqualTo(keys == set.keys);
                assertThat(SampleImage.readAll(reader, false)).isEqualTo(set.sample.blocks);
            }
            assertThat(isFound(broken.get(FULL), set.keys)).isFalse();
        }
    }
}
