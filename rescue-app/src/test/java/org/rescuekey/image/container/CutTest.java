package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.EndState;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.PageReference;

/**
 * Images that are cut off at any byte: none of them passes for whole, and a recovery brings back every block that was safe,
 * and never a wrong one. What comes out is compared with what was captured.
 */
final class CutTest {
    private static final int STEP_BYTES = 997;

    /** An image in a store with those that it builds on, and all that is known of it. */
    private record Whole(CrashableStore store, String name, SampleChain chain, Set<Long> boundaries, long rootEnd) {

        static Whole of(SampleChain chain, String name) throws RescueException {
            CrashableStore store = new CrashableStore();
            chain.write(store);
            byte[] image = store.get(name);
            Set<Long> boundaries = new TreeSet<>();
            long rootEnd = 0;
            RecordScanner scanner = new RecordScanner(
                    store.open(name), OpenedImage.findHeader(store.open(name)).header(), image.length - Footer.BYTES);
            for (RecordScanner.Found each = scanner.next(); each != null; each = scanner.next()) {
                boundaries.add(each.offsetBytes());
                rootEnd = each.offsetBytes() + each.header().recordBytes();
            }
            boundaries.add((long) image.length - Footer.BYTES);
            boundaries.add((long) image.length - HeaderCodec.BYTES);
            assertThat(rootEnd).isEqualTo(image.length - Footer.BYTES);
            return new Whole(store, name, chain, boundaries, rootEnd);
        }

        CrashableStore cutAt(long cut) throws RescueException {
            CrashableStore after = new CrashableStore();
            for (String each : store.list()) {
                after.put(each, store.get(each));
            }
            after.put(name, Arrays.copyOf(store.get(name), (int) cut));
            return after;
        }

        Set<Long> cuts() throws RescueException {
            long length = store.sizeBytes(name);
            Set<Long> cuts = new TreeSet<>();
            for (long boundary : boundaries) {
                cuts.addAll(Set.of(boundary - 1, boundary, boundary + 1));
            }
            for (long at = 0; at < length; at += STEP_BYTES) {
                cuts.add(at);
            }
            cuts.add(length - 1);
            return cuts;
        }

        /** The blocks that have their record before a cut, and those that a checkpoint before it stands for. */
        Set<SampleImage.Place> safe(long cut) throws RescueException {
            Set<SampleImage.Place> safe = new HashSet<>();
            try (ImageReader reader = ImageReader.open(store, name, chain.keys)) {
                for (PageReference page : reader.directory().pages()) {
                    for (BlockEntry entry : reader.page(page).entries()) {
                        if (entry.image() == 0 && entry.endBytes() <= cut) {
                            safe.add(new SampleImage.Place(entry.stream(), entry.block()));
                        }
                    }
                }
            }
            for (SampleChain.Mark mark : chain.marks(name)) {
                if (mark.fileBytes() <= cut) {
                    safe.addAll(mark.places());
                }
            }
            return safe;
        }

        void check(long cut) throws RescueException {
            CrashableStore after = cutAt(cut);
            assertThatThrownBy(() -> ImageReader.open(after, name, chain.keys)).isInstanceOf(RescueException.class);
            assertThat(ImageCatalog.look(after, name)).isInstanceOf(ImageListing.Incomplete.class);
            boolean hasDescription = cut >= secondBoundary();
            if (!hasDescription) {
                assertThatThrownBy(() -> ImageRecovery.finish(after, name, chain.keys))
                        .isInstanceOf(RescueException.class);
                return;
            }
            EndState state = ImageRecovery.finish(after, name, chain.keys).state();
            assertThat(state.isRestorable()).isEqualTo(cut >= rootEnd);
            try (ImageReader reader = ImageReader.openRecovered(after, name, chain.keys);
                    ImageVerifier verifier = new ImageVerifier(reader)) {
                assertThat(verifier.quick()).isEmpty();
                Map<SampleImage.Place, SampleImage.Block> truth = chain.blocks(name);
                Map<SampleImage.Place, SampleImage.Block> found = SampleImage.readAll(reader, false);
                found.forEach((place, block) -> assertThat(block)
                        .as("block %s after a cut at %d", place, cut)
                        .isEqualTo(truth.get(place)));
                assertThat(found.keySet()).as("cut at %d", cut).containsAll(safe(cut));
                if (cut >= rootEnd) {
                    assertThat(found).isEqualTo(truth);
                }
            }
        }

        private long secondBoundary() {
            return boundaries.stream().skip(1).findFirst().orElseThrow();
        }
    }

    private static void cutEverywhere(Whole whole) throws RescueException {
        for (long cut : whole.cuts()) {
            whole.check(cut);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SampleChain.FULL, SampleChain.INCREMENTAL, SampleChain.DIFFERENTIAL})
    void aPlainImage(String name) throws RescueException {
        cutEverywhere(Whole.of(SampleChain.plain(5, 7), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {SampleChain.FULL, SampleChain.INCREMENTAL})
    void anEncryptedImage(String name) throws RescueException {
        try (EncryptedSet set = smallSet()) {
            cutEverywhere(Whole.of(SampleChain.encrypted(set, 11), name));
        }
    }

    private static EncryptedSet smallSet() throws RescueException {
        SampleImage sample = SampleImage.random(6, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 25);
        return new EncryptedSet(sample, new EncryptedSet.Chance(6));
    }

    /** Every file but the last is as it was, and the last is cut. */
    @Test
    void anImageInParts() throws RescueException {
        String name = SampleChain.FULL;
        SampleImage sample = SampleImage.inParts(1, 18, 1 << 20);
        CrashableStore files = new CrashableStore();
        sample.write(new PartedStore(files), name, 5);
        assertThat(files.list()).hasSize(2);
        long stride = 1 << 20;
        Map<SampleImage.Place, Long> ends = new TreeMap<>();
        try (ImageReader reader = ImageReader.open(new PartedStore(files), name)) {
            for (PageReference page : reader.directory().pages()) {
                for (BlockEntry entry : reader.page(page).entries()) {
                    ends.put(new SampleImage.Place(entry.stream(), entry.block()), entry.endBytes());
                }
            }
        }
        for (int part = 0; part < 2; part++) {
            byte[] bytes = files.get(PartNames.of(name, part));
            Set<Long> cuts = new TreeSet<>();
            for (long at = 0; at < bytes.length; at += STEP_BYTES) {
                cuts.add(at);
            }
            for (long end : ends.values()) {
                if (end / stride == part) {
                    cuts.addAll(Set.of(end % stride - 1, end % stride, end % stride + 1));
                }
            }
            for (long cut : cuts) {
                CrashableStore after = new CrashableStore();
                after.put(name, files.get(name));
                after.put(PartNames.of(name, part), Arrays.copyOf(bytes, (int) cut));
                checkParts(after, sample, ends, part * stride + cut);
            }
        }
    }

    private static void checkParts(
            CrashableStore files, SampleImage sample, Map<SampleImage.Place, Long> ends, long cut)
            throws RescueException {
        String name = SampleChain.FULL;
        PartedStore store = new PartedStore(files);
        assertThatThrownBy(() -> ImageReader.open(store, name)).isInstanceOf(RescueException.class);
        Set<SampleImage.Place> safe = new TreeSet<>();
        ends.forEach((place, end) -> {
            if (end <= cut) {
                safe.add(place);
            }
        });
        try {
            ImageRecovery.finish(store, name);
        } catch (RescueException e) {
            assertThat(safe).as("cut at %d: %s", cut, e.getMessage()).isEmpty();
            return;
        }
        try (ImageReader reader = ImageReader.openRecovered(store, name)) {
            Map<SampleImage.Place, SampleImage.Block> found = SampleImage.readAll(reader, false);
            found.forEach((place, block) -> assertThat(block).isEqualTo(sample.blocks.get(place)));
            assertThat(found.keySet()).as("cut at %d", cut).containsAll(safe);
        }
    }

    /** Footer gone, and one record with it: what the record held is missing, and nothing else, and nothing is wrong. */
    @Test
    void aChildWithADamagedRecord() throws RescueException {
        Whole whole = Whole.of(SampleChain.plain(5, 7), SampleChain.INCREMENTAL);
        Map<SampleImage.Place, SampleImage.Block> truth = whole.chain().blocks(SampleChain.INCREMENTAL);
        int incomplete = 0;
        for (long boundary : whole.boundaries()) {
            CrashableStore after = whole.cutAt(whole.rootEnd());
            byte[] damaged = after.get(SampleChain.INCREMENTAL);
            if (boundary >= damaged.length) {
                continue; // the footer, which is gone
            }
            damaged[(int) boundary + 40] ^= 1;
            after.put(SampleChain.INCREMENTAL, damaged);
            EndState state =
                    ImageRecovery.finish(after, SampleChain.INCREMENTAL).state();
            try (ImageReader reader = ImageReader.openRecovered(after, SampleChain.INCREMENTAL)) {
                Map<SampleImage.Place, SampleImage.Block> found = SampleImage.readAll(reader, false);
                found.forEach((place, block) -> assertThat(block).isEqualTo(truth.get(place)));
                assertThat(state.isRestorable() && found.size() < truth.size()).isFalse();
                incomplete += state.isRestorable() ? 0 : 1;
            }
        }
        assertThat(incomplete).isPositive();
    }

    /** Otherwise what it takes over could not be told from what was never captured. */
    @Test
    void aChildIsRecoveredBesideWhatItBuildsOnAlone() throws RescueException {
        Whole whole = Whole.of(SampleChain.plain(5, 7), SampleChain.INCREMENTAL);
        CrashableStore after = whole.cutAt(whole.rootEnd());
        after.delete(SampleChain.FULL);
        byte[] before = after.get(SampleChain.INCREMENTAL);
        assertThatThrownBy(() -> ImageRecovery.finish(after, SampleChain.INCREMENTAL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(SampleChain.FULL);
        assertThat(after.get(SampleChain.INCREMENTAL)).isEqualTo(before);
    }
}
