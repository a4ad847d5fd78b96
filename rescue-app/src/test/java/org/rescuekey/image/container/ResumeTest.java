package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.EndState;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;

/** Captures that are cut, and gone on with: what comes out is the image that an undisturbed capture would have made. */
final class ResumeTest {
    private static final String NAME = "001-full.rkimg";
    private static final String PARTIAL = NAME + ".partial";

    private final SampleImage sample =
            SampleImage.random(32, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 60);
    private final SampleImage inParts = SampleImage.inParts(1, 45, 1 << 20);

    @ParameterizedTest
    @EnumSource(CrashableStore.Survival.class)
    void aCutAtAnyChangeIsGoneOnWith(CrashableStore.Survival survival) throws RescueException {
        cutEverywhere(sample, survival, 1);
    }

    @ParameterizedTest
    @EnumSource(CrashableStore.Survival.class)
    void aCutAtAnyChangeOfAnImageInPartsIsGoneOnWith(CrashableStore.Survival survival) throws RescueException {
        cutEverywhere(inParts, survival, 3);
    }

    private static void cutEverywhere(SampleImage sample, CrashableStore.Survival survival, int step)
            throws RescueException {
        boolean isDone = false;
        int resumed = 0;
        for (int changes = 0; !isDone; changes += step) {
            CrashableStore store = new CrashableStore(changes);
            isDone = succeeds(() -> sample.write(new PartedStore(store), NAME, 10));
            CrashableStore after = store.afterCut(survival, new Random(changes));
            if (after.exists(NAME) || !isBegun(new PartedStore(after))) {
                continue;
            }
            resumed++;
            // The second run is cut too, somewhere; the third is not.
            after.failAfter(new Random(changes * 7L).nextInt(20));
            succeeds(() -> resume(sample, new PartedStore(after)));
            CrashableStore last = after.afterCut(survival, new Random(changes + 1));
            ImageStore seen = new PartedStore(last);
            if (!last.exists(NAME)) {
                resume(sample, seen);
            }
            sample.check(seen, NAME);
            checkWhole(sample, seen);
        }
        assertThat(resumed).isGreaterThan(5);
    }

    /** It verifies, and a recovery without its end finds every block again, also those that were stored late. */
    private static void checkWhole(SampleImage sample, ImageStore store) throws RescueException {
        try (ImageReader reader = ImageReader.open(store, NAME);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(verifier.full(block -> {})).isEmpty();
        }
        ImageRecovery.Findings findings = ImageRecovery.scan(store, NAME);
        assertThat(findings.totals().blocks()).isEqualTo(sample.blocks.size());
    }

    private static boolean isBegun(ImageStore store) throws RescueException {
        return store.exists(PARTIAL)
                && isBeginningWhole(store)
                && ImageCatalog.look(store, PARTIAL) instanceof ImageListing.Incomplete image
                && image.description().isPresent();
    }

    /** Otherwise nothing was flushed yet, and nothing is gone on with. */
    private static boolean isBeginningWhole(ImageStore store) throws RescueException {
        try (ResumePoint point = ResumePoint.open(store, PARTIAL, ImageKeys.NONE, () -> {})) {
            return point.totals().blocks() >= 0;
        } catch (IntegrityException | MalformedDataException | RefusedException _) {
            assertThat(store.sizeBytes(PARTIAL)).isLessThan(10_000);
            return false;
        }
    }

    @Test
    void whatIsThereIsNotStoredAgain() throws RescueException {
        CrashableStore store = new CrashableStore(50);
        assertThat(succeeds(() -> inParts.write(new PartedStore(store), NAME, 10)))
                .isFalse();
        CrashableStore after = store.afterCut(CrashableStore.Survival.ALL, new Random(1));
        long before = new PartedStore(after).sizeBytes(PARTIAL);
        resume(inParts, new PartedStore(after));
        CrashableStore undisturbed = new CrashableStore();
        inParts.write(new PartedStore(undisturbed), NAME, 10);
        long whole = new PartedStore(undisturbed).sizeBytes(NAME);
        assertThat(before).isGreaterThan(whole / 2);
        assertThat(new PartedStore(after).sizeBytes(NAME)).isLessThan(whole + 100_000);
    }

    @Test
    void aPartThatIsMissingIsNotGoneOnWith() throws RescueException {
        CrashableStore store = new CrashableStore(62);
        assertThat(succeeds(() -> inParts.write(new PartedStore(store), NAME, 10)))
                .isFalse();
        assertThat(store.list()).contains(NAME + ".003.partial");
        CrashableStore after = store.afterCut(CrashableStore.Survival.ALL, new Random(1));
        after.delete(NAME + ".002.partial");
        assertThatThrownBy(() -> resume(inParts, new PartedStore(after)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("Part 2");
    }

    private static Object resume(SampleImage sample, ImageStore store) throws RescueException {
        try (ResumePoint point = ResumePoint.open(store, PARTIAL, ImageKeys.NONE, () -> {});
                ImageWriter writer = ImageWriter.resume(store, NAME, point, null, ImageSeal.NONE);
                BlockEncoder encoder = new BlockEncoder(point.header(), 1)) {
            EncodedBlock encoded = new EncodedBlock(point.header().blockSize());
            int stream = -1;
            ResumePoint.Blocks known = point.blocks(0);
            int count = 0;
            for (Map.Entry<SampleImage.Place, SampleImage.Block> entry : sample.blocks.entrySet()) {
                SampleImage.Place place = entry.getKey();
                SampleImage.Block block = entry.getValue();
                if (place.stream() != stream) {
                    stream = place.stream();
                    known = point.blocks(stream);
                }
                BlockEntry there = known.at(place.block());
                encoder.encode(
                        place.stream(), place.block(), block.plain(), block.used(), block.unreadable(), there, encoded);
                assertThat(encoded.isKnown()).isEqualTo(there != null);
                writer.append(encoded);
                if (++count % 10 == 0) {
                    writer.checkpoint();
                }
            }
            return writer.finish();
        }
    }

    private interface Job {
        Object run() throws RescueException;
    }

    private static boolean succeeds(Job job) {
        try {
            job.run();
            return true;
        } catch (RescueException _) {
            return false;
        }
    }

    /** Blocks without a body are kept back for a while; those at the very end count too. */
    @Test
    void anUnreadableEndIsNotCalledComplete() throws RescueException {
        SampleImage image = SampleImage.inParts(5, 4, 1 << 20);
        SampleImage.Place last = image.blocks.lastKey();
        long full = image.header.blockSize().fullMask(BlockSize.MIN_BYTES);
        image.blocks.put(last, new SampleImage.Block(ByteBuffer.allocateDirect(BlockSize.MIN_BYTES), full, full));
        CrashableStore store = new CrashableStore();
        assertThat(image.write(store, NAME, 10).state()).isEqualTo(EndState.COMPLETE_WITH_UNREADABLE);
    }
}
