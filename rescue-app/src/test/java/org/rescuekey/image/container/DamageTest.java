package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.EndState;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.PageReference;
import org.rescuekey.units.Extent;

/** Whatever is changed in an image is found, and costs no more than it hit. */
final class DamageTest {
    private static final String NAME = "a.rkimg";

    private SampleImage sample = sample(HashAlgorithm.XXH3_128);
    private byte[] image = new byte[0];
    private List<Part> parts = List.of();

    /** A part of the file: a record or an end of the file. */
    private record Part(long offset, int length, int kindCode, long bodyBytes) {}

    private static SampleImage sample(HashAlgorithm algorithm) {
        return SampleImage.random(13, new BlockSize(BlockSize.MIN_BYTES), algorithm, 90);
    }

    @BeforeEach
    void write() throws RescueException {
        prepare(HashAlgorithm.XXH3_128, 9);
    }

    private void prepare(HashAlgorithm algorithm, int checkpointEvery) throws RescueException {
        sample = sample(algorithm);
        CrashableStore store = new CrashableStore();
        sample.write(store, NAME, checkpointEvery);
        image = store.get(NAME);
        parts = parts(store);
    }

    private List<Part> parts(CrashableStore store) throws RescueException {
        List<Part> found = new ArrayList<>();
        RecordScanner scanner = new RecordScanner(store.open(NAME), sample.header, image.length - Footer.BYTES);
        for (RecordScanner.Found each = scanner.next(); each != null; each = scanner.next()) {
            RecordHeader header = each.header();
            found.add(
                    new Part(each.offsetBytes(), (int) header.recordBytes(), header.kindCode(), header.storedBytes()));
        }
        assertThat(scanner.damagedBytes()).isZero();
        return found;
    }

    private static CrashableStore storeOf(byte[] image) {
        CrashableStore store = new CrashableStore();
        store.put(NAME, image);
        return store;
    }

    private byte[] flipped(long bit) {
        byte[] copy = image.clone();
        copy[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        return copy;
    }

    /** What a full verification finds; an image that does not open is found damaged as a whole. */
    private static List<Damage> verify(byte[] image, boolean isFull) throws RescueException {
        try (ImageReader reader = ImageReader.open(storeOf(image), NAME);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            return isFull ? verifier.full(_ -> {}) : verifier.quick();
        }
    }

    private static boolean isFound(byte[] image, boolean isFull) {
        try {
            return !verify(image, isFull).isEmpty();
        } catch (RescueException _) {
            return true;
        }
    }

    /** Tells whether a check of the blocks of this one record finds that it was changed. */
    private static boolean isFoundInBlocks(byte[] image, Part part) throws RescueException {
        try (ImageReader reader = ImageReader.open(storeOf(image), NAME);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            int checked = 0;
            for (PageReference page : reader.directory().pages()) {
                for (BlockEntry entry : reader.page(page).entries()) {
                    if (entry.offsetBytes() == part.offset()) {
                        checked++;
                        if (verifier.check(entry) == null) {
                            return false;
                        }
                    }
                }
            }
            return checked > 0;
        }
    }

    @Test
    void aFlippedBitOfHeaderOrFooterIsFoundAtOnce() {
        Random random = new Random(1);
        int footer = image.length - Footer.BYTES;
        for (int at = 0; at < HeaderCodec.PLACE_BYTES; at++) {
            long bit = at * 8L + random.nextInt(8);
            assertThat(isFound(flipped(bit), false)).as("bit %d", bit).isTrue();
        }
        for (int at = footer; at < image.length; at++) {
            long bit = at * 8L + random.nextInt(8);
            assertThat(isFound(flipped(bit), false)).as("bit %d", bit).isTrue();
        }
    }

    @Test
    void aDamagedHeaderDoesNotCostTheImage() throws RescueException {
        byte[] copy = image.clone();
        Arrays.fill(copy, 0, HeaderCodec.PLACE_BYTES, (byte) 0xA5);
        sample.check(storeOf(copy), NAME);
        assertThat(verify(copy, false)).hasSize(2).allMatch(damage -> damage instanceof Damage.Structure);
    }

    @ParameterizedTest
    @EnumSource(HashAlgorithm.class)
    void aFlippedBitOfAnyRecordIsFound(HashAlgorithm algorithm) throws RescueException {
        prepare(algorithm, 1_000_000);
        Random random = new Random(2);
        for (Part part : parts) {
            boolean isIndex = part.kindCode() > BlockKind.UNREADABLE.code();
            for (int at = 0; at < part.length(); at++) {
                boolean isSampled = isIndex || at < RecordHeader.BYTES || random.nextInt(2000) == 0;
                boolean isPadding = at >= RecordHeader.BYTES + part.bodyBytes();
                if (isSampled || isPadding) {
                    long bit = (part.offset() + at) * 8 + random.nextInt(8);
                    assertThat(isIndex ? isFound(flipped(bit), false) : isFoundInBlocks(flipped(bit), part))
                            .as("byte %d of a record of kind %d", at, part.kindCode())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void aDamagedBlockIsNamedAndCostsNoOther() throws RescueException {
        try (ImageReader reader = ImageReader.open(storeOf(image), NAME)) {
            for (PageReference reference : reader.directory().pages()) {
                for (BlockEntry entry : reader.page(reference).entries()) {
                    if (entry.kind() == BlockKind.DATA) {
                        checkOneBlockLost(reader, entry);
                    }
                }
            }
        }
    }

    private void checkOneBlockLost(ImageReader whole, BlockEntry entry) throws RescueException {
        Extent extent = whole.onDisk(entry);
        byte[] copy = flipped((entry.offsetBytes() + RecordHeader.BYTES + entry.storedBytes() / 2) * 8);
        List<Damage> damages = verify(copy, true);
        assertThat(damages).hasSize(1);
        assertThat(damages.getFirst()).isInstanceOfSatisfying(Damage.Blocks.class, damage -> {
            assertThat(damage.stream()).isEqualTo(entry.stream());
            assertThat(damage.firstBlock()).isEqualTo(entry.block());
            assertThat(damage.lastBlock()).isEqualTo(entry.block());
            assertThat(damage.onDisk()).isEqualTo(extent);
            assertThat(damage.what()).contains(NAME, "Block " + entry.block(), extent.toString());
        });
        try (ImageReader reader = ImageReader.open(storeOf(copy), NAME)) {
            assertThat(sample.checkPart(reader)).isEqualTo(sample.blocks.size() - 1);
        }
    }

    @Test
    void aDamagedPageIsNamedAndCostsNoOther() throws RescueException {
        try (ImageReader reader = ImageReader.open(storeOf(image), NAME)) {
            for (PageReference page : reader.directory().pages()) {
                byte[] copy = flipped((page.offsetBytes() + RecordHeader.BYTES) * 8);
                assertThat(verify(copy, false))
                        .hasSize(1)
                        .first()
                        .isInstanceOfSatisfying(Damage.Blocks.class, damage -> {
                            assertThat(damage.stream()).isEqualTo(page.stream());
                            assertThat(damage.firstBlock()).isEqualTo(page.firstBlock());
                        });
                try (ImageReader damaged = ImageReader.open(storeOf(copy), NAME)) {
                    assertThat(sample.checkPart(damaged)).isEqualTo(sample.blocks.size() - page.blocks());
                }
                // Its blocks are not lost: the records tell what they are.
                CrashableStore store = storeOf(copy);
                assertThat(ImageRecovery.finish(store, NAME).state()).isEqualTo(EndState.COMPLETE_WITH_UNREADABLE);
                sample.check(store, NAME);
            }
        }
    }

    @Test
    void blocksThatChangedPlacesAreFound() throws RescueException {
        List<Part> data = parts.stream()
                .filter(part -> part.kindCode() == BlockKind.DATA.code())
                .toList();
        int swaps = 0;
        for (int i = 0; i < data.size(); i++) {
            for (int j = i + 1; j < data.size(); j++) {
                if (data.get(i).length() == data.get(j).length()) {
                    byte[] copy = image.clone();
                    copy(data.get(i), data.get(j), copy);
                    copy(data.get(j), data.get(i), copy);
                    assertThat(verify(copy, true)).hasSize(2);
                    swaps++;
                }
            }
        }
        assertThat(swaps).isPositive();
    }

    private void copy(Part from, Part to, byte[] target) {
        System.arraycopy(image, (int) from.offset(), target, (int) to.offset(), from.length());
    }

    @Test
    void aRecordThatTellsAnotherPlaceIsFound() throws RescueException {
        for (Part part : parts) {
            if (part.kindCode() == BlockKind.DATA.code()) {
                for (int field : new int[] {20, 24, 32, 40, 48, 56, 88}) {
                    byte[] copy = image.clone();
                    int at = (int) part.offset();
                    copy[at + field] ^= 1;
                    int crc = RecordHeader.crc(ByteBuffer.wrap(copy, at, 124));
                    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 124, crc);
                    assertThat(verify(copy, true)).as("field at %d", field).hasSize(1);
                }
            }
        }
    }

    @Test
    void anImageThatIsCutOffIsIncompleteAndGivesBackWhatIsWhole() throws RescueException {
        Random random = new Random(3);
        List<Long> cuts = new ArrayList<>();
        for (Part part : parts) {
            cuts.add(part.offset());
            cuts.add(part.offset() + 1 + random.nextInt(part.length() - 1));
            cuts.add(part.offset() + random.nextInt(RecordHeader.BYTES));
        }
        cuts.add((long) image.length - Footer.BYTES);
        cuts.add((long) image.length - HeaderCodec.BYTES);
        cuts.add((long) image.length - 1);
        for (long cut : cuts) {
            CrashableStore store = storeOf(Arrays.copyOf(image, (int) cut));
            assertThatThrownBy(() -> ImageReader.open(store, NAME)).isInstanceOf(RefusedException.class);
            assertThat(ImageCatalog.look(store, NAME)).isInstanceOf(ImageListing.Incomplete.class);
            boolean hasDescription =
                    parts.getFirst().offset() + parts.getFirst().length() <= cut;
            if (hasDescription) {
                checkRecovered(store, cut);
            } else {
                assertThatThrownBy(() -> ImageRecovery.finish(store, NAME)).isInstanceOf(RescueException.class);
            }
        }
    }

    private void checkRecovered(CrashableStore store, long cut) throws RescueException {
        long whole = 0;
        try (ImageReader reader = ImageReader.open(storeOf(image), NAME)) {
            for (PageReference page : reader.directory().pages()) {
                whole += reader.page(page).entries().stream()
                        .filter(entry -> entry.endBytes() <= cut)
                        .count();
            }
        }
        Part root = parts.getLast();
        ImageRecovery.Findings findings = ImageRecovery.scan(store, NAME);
        EndState state = ImageRecovery.finish(store, NAME).state();
        boolean isAllThere = root.offset() + root.length() <= cut;
        assertThat(state).isEqualTo(isAllThere ? EndState.COMPLETE_WITH_UNREADABLE : EndState.INCOMPLETE);
        assertThat(findings.state()).isEqualTo(state);
        assertThat(findings.totals().blocks()).isEqualTo(whole);
        if (!isAllThere) {
            assertThatThrownBy(() -> ImageReader.open(store, NAME)).isInstanceOf(RefusedException.class);
        }
        try (ImageReader reader = ImageReader.openRecovered(store, NAME)) {
            assertThat(sample.checkPart(reader)).isEqualTo((int) whole);
        }
    }

    @Test
    void recoveryLosesOnlyTheDamagedRecord() throws RescueException {
        Random random = new Random(4);
        byte[] cut = Arrays.copyOf(image, image.length - Footer.BYTES);
        for (Part part : parts) {
            byte[] copy = cut.clone();
            for (int i = 0; i < 50; i++) {
                copy[(int) part.offset() + random.nextInt(part.length())] ^= (byte) (1 + random.nextInt(255));
            }
            CrashableStore store = storeOf(copy);
            ImageRecovery.Findings findings = ImageRecovery.scan(store, NAME);
            assertThat(findings.damagedBytes()).isBetween(0L, (long) part.length());
            boolean isBlock = part.kindCode() <= BlockKind.UNREADABLE.code();
            assertThat(findings.state())
                    .isEqualTo(
                            isBlock || part.equals(parts.getLast())
                                    ? EndState.INCOMPLETE
                                    : EndState.COMPLETE_WITH_UNREADABLE);
            ImageRecovery.finish(store, NAME);
            try (ImageReader reader = ImageReader.openRecovered(store, NAME)) {
                int found = sample.checkPart(reader);
                boolean isOne = part.kindCode() == BlockKind.DATA.code();
                assertThat(found).isGreaterThanOrEqualTo(sample.blocks.size() - (isOne ? 1 : isBlock ? 10 : 0));
            }
        }
    }

    @Test
    void aWholeImageIsNotRecovered() {
        CrashableStore store = storeOf(image);
        assertThatThrownBy(() -> ImageRecovery.finish(store, NAME)).isInstanceOf(RefusedException.class);
    }

    @Test
    void anImageInsideAnImageIsNotMistakenForIt() throws RescueException {
        SampleImage other = SampleImage.random(12, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 60);
        CrashableStore store = new CrashableStore();
        other.write(store, "other.rkimg", 5);
        byte[] otherImage = store.get("other.rkimg");
        byte[] both = Arrays.copyOf(image, image.length - Footer.BYTES + otherImage.length);
        System.arraycopy(otherImage, 0, both, image.length - Footer.BYTES, otherImage.length);
        CrashableStore mixed = storeOf(both);
        ImageRecovery.Findings findings = ImageRecovery.scan(mixed, NAME);
        assertThat(findings.totals().blocks()).isEqualTo(sample.blocks.size());
        // The footer at the end belongs to the other image.
        assertThatThrownBy(() -> ImageReader.open(mixed, NAME)).isInstanceOf(RescueException.class);
    }
}
