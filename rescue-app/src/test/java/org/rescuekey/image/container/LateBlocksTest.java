package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;

/** Blocks that were put off come behind all others, backwards: the image is the one that it would have been in order. */
final class LateBlocksTest {
    private static final String NAME = "001-full.rkimg";
    private static final String PARTIAL = NAME + ".partial";

    private final SampleImage sample =
            SampleImage.random(32, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 80);

    /** Those in order, and then the others from the last to the first. */
    private static List<SampleImage.Place> order(SampleImage sample, long seed) {
        Random random = new Random(seed);
        List<SampleImage.Place> inOrder = new ArrayList<>();
        List<SampleImage.Place> late = new ArrayList<>();
        for (SampleImage.Place place : sample.blocks.keySet()) {
            (random.nextInt(3) == 0 ? late : inOrder).add(place);
        }
        Collections.reverse(late);
        inOrder.addAll(late);
        return inOrder;
    }

    private static void append(
            SampleImage sample,
            List<SampleImage.Place> order,
            ImageWriter writer,
            BlockEncoder encoder,
            @Nullable ResumePoint point)
            throws RescueException {
        EncodedBlock encoded = new EncodedBlock(sample.header.blockSize());
        int count = 0;
        for (SampleImage.Place place : order) {
            SampleImage.Block block = Objects.requireNonNull(sample.blocks.get(place));
            BlockEntry known =
                    point == null ? null : point.blocks(place.stream()).at(place.block());
            encoder.encode(
                    place.stream(), place.block(), block.plain(), block.used(), block.unreadable(), known, encoded);
            assertThat(encoded.isKnown()).isEqualTo(known != null);
            writer.append(encoded);
            if (++count % 10 == 0) {
                writer.checkpoint();
            }
        }
        writer.finish();
    }

    private static void write(SampleImage sample, ImageStore store, List<SampleImage.Place> order)
            throws RescueException {
        try (ImageWriter writer = ImageWriter.create(store, NAME, sample.header, sample.description);
                BlockEncoder encoder = new BlockEncoder(sample.header, 1)) {
            append(sample, order, writer, encoder, null);
        }
    }

    private static void check(SampleImage sample, ImageStore store) throws RescueException {
        sample.check(store, NAME);
        try (ImageReader reader = ImageReader.open(store, NAME);
                ImageVerifier verifier = new ImageVerifier(reader)) {
            assertThat(verifier.full(block -> {})).isEmpty();
        }
        assertThat(ImageRecovery.scan(store, NAME).totals().blocks()).isEqualTo(sample.blocks.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theImageIsWhole(long seed) throws RescueException {
        CrashableStore store = new CrashableStore();
        write(sample, store, order(sample, seed));
        check(sample, store);
    }

    @Test
    void alsoInParts() throws RescueException {
        SampleImage inParts = SampleImage.inParts(1, 45, 1 << 20);
        ImageStore store = new PartedStore(new CrashableStore());
        write(inParts, store, order(inParts, 7));
        check(inParts, store);
    }

    /** What was written before a cut at any change is gone on with, in another order too. */
    @ParameterizedTest
    @EnumSource(CrashableStore.Survival.class)
    void aCutAtAnyChangeIsGoneOnWith(CrashableStore.Survival survival) throws RescueException {
        boolean isDone = false;
        int resumed = 0;
        for (int changes = 8; !isDone; changes += 3) {
            CrashableStore store = new CrashableStore(changes);
            try {
                write(sample, store, order(sample, 1));
                isDone = true;
            } catch (RescueException _) {
                CrashableStore after = store.afterCut(survival, new Random(changes));
                if (after.exists(PARTIAL)) {
                    resumed++;
                    try (ResumePoint point = ResumePoint.open(after, PARTIAL, ImageKeys.NONE, () -> {});
                            ImageWriter writer = ImageWriter.resume(after, NAME, point, null, ImageSeal.NONE);
                            BlockEncoder encoder = new BlockEncoder(point.header(), 1)) {
                        append(sample, order(sample, changes), writer, encoder, point);
                    }
                    check(sample, after);
                }
            }
        }
        assertThat(resumed).isGreaterThan(10);
    }

    @Test
    void whatAResumePointFoundCanBeReadAgain() throws RescueException {
        CrashableStore store = new CrashableStore(30);
        assertThat(catchThrowable(() -> write(sample, store, order(sample, 1)))).isInstanceOf(RescueException.class);
        int read = 0;
        try (ResumePoint point = ResumePoint.open(
                store.afterCut(CrashableStore.Survival.ALL, new Random(1)), PARTIAL, ImageKeys.NONE, () -> {})) {
            ByteBuffer plain = ByteBuffer.allocateDirect(BlockSize.MIN_BYTES);
            for (Map.Entry<SampleImage.Place, SampleImage.Block> entry : sample.blocks.entrySet()) {
                BlockEntry known =
                        point.blocks(entry.getKey().stream()).at(entry.getKey().block());
                if (known != null) {
                    point.read(known, plain);
                    assertThat(plain).isEqualTo(entry.getValue().plain());
                    read++;
                }
            }
        }
        assertThat(read).isGreaterThan(5);
    }
}
