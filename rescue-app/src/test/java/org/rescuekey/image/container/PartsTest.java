package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.EndState;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;

/** Images that are divided into parts. */
final class PartsTest {
    private static final String NAME = "001-full.rkimg";
    private static final long LIMIT = 1 << 20;
    private static final int BLOCKS = 45;

    private final CrashableStore files = new CrashableStore();
    private final ImageStore store = new PartedStore(files);
    private final SampleImage sample = SampleImage.inParts(1, BLOCKS, LIMIT);
    private final SampleImage other = SampleImage.inParts(2, BLOCKS, LIMIT);

    @BeforeEach
    void write() throws RescueException {
        sample.write(store, NAME, 10);
    }

    private static String part(int number) {
        return PartNames.of(NAME, number - 1);
    }

    @Test
    void anImageInPartsLooksLikeOneFile() throws RescueException {
        assertThat(files.list()).containsExactly(NAME, NAME + ".002", NAME + ".003");
        assertThat(store.list()).containsExactly(NAME);
        sample.check(store, NAME);
        long sum = 0;
        for (String file : files.list()) {
            assertThat(files.sizeBytes(file)).isLessThanOrEqualTo(LIMIT);
            sum += files.sizeBytes(file);
        }
        assertThat(store.sizeBytes(NAME)).isEqualTo(sum);
        assertThat(ImageCatalog.list(store)).singleElement().isInstanceOf(ImageListing.Finished.class);
        assertThat(damages()).isEmpty();
    }

    @Test
    void whatFitsIntoOnePartIsOneFile() throws RescueException {
        CrashableStore one = new CrashableStore();
        SampleImage small = SampleImage.inParts(3, 4, LIMIT);
        small.write(new PartedStore(one), NAME, 10);
        assertThat(one.list()).containsExactly(NAME);
        small.check(new PartedStore(one), NAME);
    }

    @Test
    void aRecordThatFitsIntoNoPartIsRefused() throws RescueException {
        SampleImage small = SampleImage.inParts(3, 4, LIMIT);
        try (ImageWriter writer = ImageWriter.create(store, "b.rkimg", small.header, small.description);
                ImageOutput output = store.append("b.rkimg.partial")) {
            assertThat(writer.storedBytes()).isLessThan(LIMIT);
            assertThatThrownBy(() -> output.append(ByteBuffer.allocate((int) LIMIT - 2000)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("parts of 1048576 bytes");
        }
        assertThat(files.list()).doesNotContain("b.rkimg.002.partial");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aMissingPartIsNamed(int number) throws RescueException {
        files.delete(part(number));
        assertNamed("Part " + number, part(number), "is missing");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aForeignPartIsNamed(int number) throws RescueException {
        CrashableStore elsewhere = new CrashableStore();
        other.write(new PartedStore(elsewhere), NAME, 10);
        files.put(part(number), elsewhere.get(part(number)));
        assertNamed("Part " + number, part(number), "belongs to another image");
    }

    @Test
    void swappedPartsAreNamed() throws RescueException {
        byte[] second = files.get(part(2));
        files.put(part(2), files.get(part(3)));
        files.put(part(3), second);
        assertNamed("Part 2", part(2), "is part 3 of it");
        assertNamed("Part 3", part(3), "is part 2 of it");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aPartThatWasCutOffIsNamed(int number) throws RescueException {
        byte[] bytes = files.get(part(number));
        files.put(part(number), Arrays.copyOf(bytes, bytes.length - 200_000));
        assertNamed("Part " + number, part(number), "it was cut off");
    }

    @Test
    void aLastPartThatWasCutOffLeavesAnIncompleteImage() throws RescueException {
        byte[] bytes = files.get(part(3));
        files.put(part(3), Arrays.copyOf(bytes, bytes.length - 1000));
        assertThat(ImageCatalog.look(store, NAME)).isInstanceOf(ImageListing.Incomplete.class);
        ImageRecovery.finish(store, NAME);
        assertThat(found(EndState.COMPLETE)).isEqualTo(BLOCKS);
    }

    /** Every blow costs what it hits, and is found. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aFlippedBitAnywhereInAPartIsFoundAndCostsWhatItHits(int number) throws RescueException {
        byte[] whole = files.get(part(number));
        int end = whole.length;
        int[] marks = {0, 9, 20, 130, 1000, PartMark.BEGIN_BYTES - 8, PartMark.BEGIN_BYTES + 3, 700_000, end - 1};
        for (int i = 0; i < marks.length + 8; i++) {
            int at = i < marks.length ? Math.min(marks[i], end - 1) : end - 1 - 16 * (i - marks.length);
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            files.put(part(number), flipped);
            boolean isHitInFooter = number == 3 && at >= end - Footer.BYTES && at < end - HeaderCodec.BYTES;
            if (isHitInFooter) {
                continue;
            }
            assertThat(damages()).as("bit at %d of part %d", at, number).isNotEmpty();
            assertThat(found(EndState.COMPLETE)).isGreaterThanOrEqualTo(BLOCKS - 1);
        }
    }

    @Test
    void anImageWhoseHeadersAreLostIsFoundByItsSecondPart() throws RescueException {
        byte[] bytes = files.get(NAME);
        Arrays.fill(bytes, 0, HeaderCodec.PLACE_BYTES, (byte) 0);
        files.put(NAME, bytes);
        sample.check(store, NAME);
    }

    /** What the other parts hold can be had, and a recovery takes it up. */
    @Test
    void aMissingPartCostsWhatItHeld() throws RescueException {
        files.delete(part(2));
        int left = found(EndState.COMPLETE);
        assertThat(left).isBetween(BLOCKS / 3, BLOCKS - 10);
        assertThat(damages()).hasSizeGreaterThan(BLOCKS - left);
    }

    @Test
    void aLostLastPartIsMadeGoodByRecovery() throws RescueException {
        files.delete(part(3));
        ImageRecovery.finish(store, NAME);
        assertThat(files.list()).containsExactly(NAME, part(2), part(3));
        int left = found(EndState.INCOMPLETE);
        assertThat(left).isBetween(BLOCKS / 3, BLOCKS - 10);
        assertThat(damages()).isEmpty();
    }

    @Test
    void strayFilesAreNoParts() throws RescueException {
        files.put(part(4), new byte[100]);
        assertThat(store.list()).containsExactly(NAME);
        sample.check(store, NAME);
        assertThat(damages()).singleElement().asString().contains(part(4));
    }

    @Test
    void deletingAnImageTakesItsFirstPartFirst() throws RescueException {
        int left = Integer.MAX_VALUE;
        for (int changes = 0; left > 0; changes++) {
            CrashableStore cut = copy();
            cut.failAfter(changes);
            try {
                new PartedStore(cut).delete(NAME);
            } catch (RescueException _) {
                assertThat(cut.hasFailed()).isTrue();
            }
            ImageStore after = new PartedStore(cut);
            left = cut.list().size();
            if (cut.exists(NAME)) {
                sample.check(after, NAME);
            } else {
                assertThat(ImageCatalog.list(after)).isEmpty();
                CrashableStore back = cut.afterCut(CrashableStore.Survival.ALL, new Random(changes));
                ImageStore again = new PartedStore(back);
                if (!back.list().isEmpty() && !back.exists(NAME)) {
                    assertThat(again.list()).containsExactly(ImageNames.deleting(NAME));
                    again.delete(ImageNames.deleting(NAME));
                    assertThat(back.list()).isEmpty();
                }
            }
        }
    }

    @Test
    void leftoverPartsAreNotTakenForThoseOfANewImage() throws RescueException {
        files.delete(NAME);
        assertThat(store.list()).containsExactly(part(2), part(3));
        assertThatThrownBy(() -> other.write(store, NAME, 10))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(part(2));
    }

    /** Cut at every change: the image is whole under its name, or says that it is incomplete and can be recovered. */
    @ParameterizedTest
    @EnumSource(CrashableStore.Survival.class)
    void aCutAtAnyChangeLeavesNoWrongImage(CrashableStore.Survival survival) throws RescueException {
        boolean isDone = false;
        for (int changes = 0; !isDone; changes++) {
            CrashableStore cut = new CrashableStore(changes);
            try {
                sample.write(new PartedStore(cut), NAME, 10);
                isDone = true;
            } catch (RescueException _) {
                assertThat(cut.hasFailed()).isTrue();
            }
            CrashableStore after = cut.afterCut(survival, new Random(changes));
            ImageStore seen = new PartedStore(after);
            assertThat(isDone && !seen.exists(NAME)).isFalse();
            if (seen.exists(NAME)) {
                sample.check(seen, NAME);
            } else if (seen.exists(NAME + ".partial") && seen.sizeBytes(NAME + ".partial") > 5000) {
                recover(seen, after);
            }
        }
    }

    private void recover(ImageStore seen, CrashableStore after) throws RescueException {
        ImageRecovery.finish(seen, NAME + ".partial");
        try (ImageReader reader = ImageReader.openRecovered(seen, NAME)) {
            int found = sample.checkPart(reader);
            assertThat(reader.totals().blocks()).isEqualTo(found);
            assertThat(reader.state().isRestorable() && found < BLOCKS).isFalse();
        }
        assertThat(after.list()).noneMatch(ImageNames::isPartial);
    }

    @Test
    void readsGoOverTheGapsBetweenParts() throws RescueException {
        try (ImageInput input = store.open(NAME)) {
            byte[] all = new byte[(int) input.sizeBytes()];
            input.read(0, ByteBuffer.wrap(all));
            for (int i = 0; i < 3; i++) {
                byte[] file = files.get(part(i + 1));
                int start = i * (int) LIMIT;
                assertThat(Arrays.copyOfRange(all, start, start + file.length)).isEqualTo(file);
            }
            assertThatThrownBy(() -> input.read(all.length - 3, ByteBuffer.allocate(4)))
                    .isInstanceOf(RescueException.class);
        }
    }

    private CrashableStore copy() throws RescueException {
        CrashableStore copy = new CrashableStore();
        for (String file : files.list()) {
            copy.put(file, files.get(file));
        }
        return copy;
    }

    /** It is said on opening, before anything is read; a verification says it too; the catalogue does not call it whole. */
    private void assertNamed(String... words) throws RescueException {
        assertThatThrownBy(() -> ImageReader.open(store, NAME))
                .isInstanceOf(IntegrityException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
        assertThat(ImageCatalog.look(store, NAME))
                .isInstanceOfSatisfying(
                        ImageListing.Unreadable.class,
                        bad -> assertThat(bad.problem().getMessage()).contains(words));
    }

    private List<Damage> damages() throws RescueException {
        try (ImageReader reader = ImageReader.openRecovered(store, NAME);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            return verifier.full(block -> {});
        }
    }

    /** How many blocks can be read; none of them is wrong. */
    private int found(EndState state) throws RescueException {
        try (ImageReader reader = ImageReader.openRecovered(store, NAME)) {
            assertThat(reader.state()).isEqualTo(state);
            return sample.checkPart(reader);
        }
    }
}
