package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.index.BlockEntry;

/**
 * A power cut at any change of the store, whatever becomes of what was not flushed, leaves every restore point that was
 * there before.
 */
final class ChainPowerCutTest {
    private static final String FULL = "001-full.rkimg";
    private static final String MERGED = "004-merged.rkimg";

    private final SampleImage sample =
            SampleImage.random(5, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 40);
    private final List<SampleImage.Place> places = List.copyOf(sample.blocks.keySet());

    private static String child(int number) {
        return "00" + (number + 1) + "-inc.rkimg";
    }

    /** The blocks as they are after so many changes. */
    private Map<SampleImage.Place, SampleImage.Block> blocks(int changes) {
        Map<SampleImage.Place, SampleImage.Block> blocks = new TreeMap<>(sample.blocks);
        for (int i = 1; i <= changes; i++) {
            SampleImage.Place place = places.get(i * 3 % places.size());
            SampleImage.Block old = sample.blocks.get(place);
            if (old == null) {
                throw new AssertionError("no block at " + place);
            }
            ByteBuffer plain = ByteBuffer.allocateDirect(old.plain().remaining());
            Random random = new Random(i);
            int unit = BlockSize.MIN_BYTES / 64;
            for (int at = 0; at < plain.capacity(); at++) {
                boolean isUsed = (old.used() >>> (at / unit) & 1) != 0;
                plain.put(at, (byte) (isUsed ? random.nextInt(4) : 0));
            }
            blocks.put(place, new SampleImage.Block(plain, old.used(), 0));
        }
        return blocks;
    }

    private void writeChild(CrashableStore store, int number) throws RescueException {
        String parentName = number == 1 ? FULL : child(number - 1);
        try (ImageReader parent = ImageReader.open(store, parentName)) {
            ImageHeader header = ImageHeader.child(
                    new UUID(number, 77),
                    ImageKind.INCREMENTAL,
                    parent.link(),
                    parent.header(),
                    sample.header.created());
            try (ImageWriter writer =
                            ImageWriter.createChild(store, child(number), header, sample.description, parent);
                    BlockEncoder encoder = new BlockEncoder(header, 1)) {
                EncodedBlock encoded = new EncodedBlock(header.blockSize());
                for (Map.Entry<SampleImage.Place, SampleImage.Block> each :
                        blocks(number).entrySet()) {
                    SampleImage.Place place = each.getKey();
                    SampleImage.Block block = each.getValue();
                    BlockEntry known =
                            parent.block(place.stream(), place.block()).orElse(null);
                    writer.append(encoder.encode(
                            place.stream(),
                            place.block(),
                            block.plain(),
                            block.used(),
                            block.unreadable(),
                            known,
                            encoded));
                }
                writer.finish();
            }
        }
    }

    private CrashableStore chain() throws RescueException {
        CrashableStore store = new CrashableStore();
        sample.write(store, FULL, 1000);
        writeChild(store, 1);
        writeChild(store, 2);
        return store;
    }

    /** An image gives the disk as it was after so many changes. */
    private void check(CrashableStore store, String name, int changes) throws RescueException {
        try (ImageReader reader = ImageReader.open(store, name)) {
            assertThat(SampleImage.readAll(reader, false)).as(name).isEqualTo(blocks(changes));
        }
    }

    private interface Job {
        void run(CrashableStore store) throws RescueException;
    }

    private interface Check {
        void check(CrashableStore store) throws RescueException;
    }

    private void cutEverywhere(Job job, CrashableStore.Survival survival, Check check) throws RescueException {
        CrashableStore whole = chain();
        boolean isDone = false;
        int cuts = 0;
        for (int changes = 0; !isDone; changes++) {
            CrashableStore store = new CrashableStore();
            for (String name : whole.list()) {
                store.put(name, whole.get(name));
            }
            store.failAfter(changes);
            try {
                job.run(store);
                isDone = true;
            } catch (RescueException e) {
                assertThat(store.hasFailed()).as(e.getMessage()).isTrue();
                cuts++;
            }
            for (int seed = 0; seed < 2; seed++) {
                check.check(store.afterCut(survival, new Random(changes * 10L + seed)));
            }
        }
        assertThat(cuts).isGreaterThan(8);
    }

    @ParameterizedTest
    @EnumSource(CrashableStore.Survival.class)
    void aCutWhileAChildIsWrittenLeavesTheOthers(CrashableStore.Survival survival) throws RescueException {
        cutEverywhere(store -> writeChild(store, 3), survival, after -> {
            check(after, FULL, 0);
            check(after, child(1), 1);
            check(after, child(2), 2);
            if (after.exists(child(3))) {
                check(after, child(3), 3);
            }
            String partial = ImageNames.partial(child(3));
            if (after.exists(partial) && ImageCatalog.look(after, partial) instanceof ImageListing.Incomplete image) {
                assertThat(image.absorbed().links()).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(CrashableStore.Survival.class)
    void aCutDuringAConsolidationLeavesEveryPointThatStays(CrashableStore.Survival survival) throws RescueException {
        cutEverywhere(ChainPowerCutTest::consolidate, survival, after -> {
            check(after, child(2), 2);
            if (!after.exists(child(1))) {
                check(after, MERGED, 1);
            } else {
                check(after, child(1), 1);
            }
            if (after.exists(MERGED)) {
                check(after, MERGED, 1);
            } else {
                check(after, FULL, 0);
            }
            if (after.exists(ImageNames.partial(MERGED))) {
                checkKnownAsMerger(after);
            }
        });
    }

    /** From its first block on, a merger that was cut off is known by its beginning, and so is none that a capture began. */
    private void checkKnownAsMerger(CrashableStore after) throws RescueException {
        String name = ImageNames.partial(MERGED);
        ImageListing listing = ImageCatalog.look(after, name);
        List<ImageLink> absorbed =
                switch (listing) {
                    case ImageListing.Incomplete image -> image.absorbed().links();
                    case ImageListing.Finished image -> image.absorbed().links();
                    case ImageListing.Locked image -> image.absorbed().links();
                    case ImageListing.Unreadable image -> List.of();
                };
        if (absorbed.isEmpty()) {
            long blocks;
            try {
                blocks = ImageRecovery.scan(after, name).totals().blocks();
            } catch (RescueException e) {
                blocks = 0; // not even header and description
            }
            assertThat(blocks).isZero();
        } else {
            assertThat(absorbed).hasSize(2);
        }
    }

    /** As the engine does it: the new image, then the old ones, the newest first. */
    private static void consolidate(CrashableStore store) throws RescueException {
        List<ImageLink> merged = new ArrayList<>();
        try (ImageReader top = ImageReader.open(store, child(1))) {
            merged.addAll(top.links());
            ImageMerger.merge(store, top, merged, MERGED, entry -> {});
        }
        for (String name : List.of(child(1), FULL)) {
            store.rename(name, ImageNames.deleting(name));
            store.sync();
            store.delete(ImageNames.deleting(name));
            store.sync();
        }
    }
}
