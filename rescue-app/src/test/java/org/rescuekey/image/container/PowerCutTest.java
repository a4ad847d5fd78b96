package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;

/**
 * A change of the store fails, and the power with it: what is found afterwards is a complete image, or one that says it
 * is incomplete. The loop runs through every change until the job succeeds.
 */
final class PowerCutTest {
    private static final String NAME = "new.rkimg";
    private static final String OLD = "old.rkimg";
    private static final BlockSize SIZE = new BlockSize(BlockSize.MIN_BYTES);

    private final SampleImage old = SampleImage.random(31, SIZE, HashAlgorithm.SHA_256, 30);
    private final SampleImage sample = SampleImage.random(32, SIZE, HashAlgorithm.XXH3_128, 60);

    @ParameterizedTest
    @EnumSource(CrashableStore.Survival.class)
    void aCutWhileWritingLeavesNoWrongImage(CrashableStore.Survival survival) throws RescueException {
        boolean isDone = false;
        int incomplete = 0;
        for (int changes = 0; !isDone; changes++) {
            CrashableStore store = new CrashableStore();
            old.write(store, OLD, 1000);
            store.failAfter(changes);
            isDone = succeeds(() -> sample.write(store, NAME, 7));
            for (int seed = 0; seed < 2; seed++) {
                CrashableStore after = store.afterCut(survival, new Random(changes * 10L + seed));
                old.check(after, OLD);
                incomplete += checkNew(after, isDone);
            }
        }
        assertThat(incomplete).isGreaterThan(20);
    }

    /** Checks what became of the new image; returns 1 if it was incomplete. */
    private int checkNew(CrashableStore store, boolean isDone) throws RescueException {
        boolean hasName = store.exists(NAME);
        assertThat(hasName).isIn(isDone, true);
        if (hasName) {
            sample.check(store, NAME);
            return 0;
        }
        String partial = ImageNames.partial(NAME);
        if (!store.exists(partial)) {
            return 0;
        }
        // A recovery, and a recovery of what a cut during the recovery leaves, give nothing that was not captured.
        ImageListing listing = ImageCatalog.look(store, partial);
        if (listing instanceof ImageListing.Finished) {
            sample.check(store, partial);
            return 0;
        }
        assertThat(listing).isNotInstanceOf(ImageListing.Finished.class);
        byte[] before = store.get(partial);
        for (int changes = 0; changes < 100; changes += 1 + changes / 4) {
            CrashableStore again = new CrashableStore(changes);
            again.put(partial, before);
            boolean isRecovered = succeeds(() -> ImageRecovery.finish(again, partial));
            if (!isRecovered && !again.hasFailed()) {
                break;
            }
            CrashableStore after = again.afterCut(CrashableStore.Survival.SECTORS, new Random(changes));
            checkRecovered(after, partial, isRecovered);
            if (isRecovered) {
                break;
            }
        }
        return 1;
    }

    private void checkRecovered(CrashableStore store, String partial, boolean isRecovered) throws RescueException {
        if (!store.exists(NAME) && !isRecovered) {
            ImageRecovery.finish(store, partial);
        }
        String name = store.exists(NAME) ? NAME : partial;
        try (ImageReader reader = ImageReader.openRecovered(store, name)) {
            int found = sample.checkPart(reader);
            assertThat(reader.state().isRestorable() && found < sample.blocks.size())
                    .isFalse();
            assertThat(reader.totals().blocks()).isEqualTo(found);
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
}
