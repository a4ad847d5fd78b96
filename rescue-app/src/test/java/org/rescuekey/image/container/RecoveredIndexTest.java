package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Hash;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.Encoding;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageReference;

/** What a recovery makes of blocks that pages, records and runs of a capture tell different things of. */
final class RecoveredIndexTest {
    private static final BlockSize SIZE = new BlockSize(BlockSize.MIN_BYTES);

    private final List<IndexPage> pages = new ArrayList<>();
    private RecoveredIndex index = new RecoveredIndex(this::keep, TakenOver.NOTHING, null, new TotalsCounter(SIZE));

    private PageReference keep(IndexPage page) {
        pages.add(page);
        return new PageReference(
                page.stream(), page.number(), 0, 1, 1, page.entries().size(), Hash.NONE);
    }

    private static BlockEntry block(long number, int image, long offsetBytes) {
        return new BlockEntry(
                1,
                number,
                BlockKind.ZERO,
                Encoding.NONE,
                SIZE.bytes(),
                0,
                SIZE.fullMask(SIZE.bytes()),
                0,
                offsetBytes,
                Hash.NONE,
                image);
    }

    private List<BlockEntry> finished() throws RescueException {
        assertThat(index.finish(List.of()).pages()).hasSameSizeAs(pages);
        return pages.stream().flatMap(page -> page.entries().stream()).toList();
    }

    @Test
    void aBlockWhoseRecordIsLostIsNotFilledFromTheParent() throws RescueException {
        index.listed(List.of(block(1, 1, 4096), block(2, 1, 8192)));
        index.listed(List.of(block(1, 0, 4096), block(2, 1, 8192)));
        assertThat(finished()).containsExactly(block(2, 1, 8192));
    }

    @Test
    void aBlockThatWasStoredIsNotThatOfTheParentAnyMore() throws RescueException {
        index.listed(List.of(block(1, 1, 4096)));
        index.take(block(1, 0, 16_384));
        assertThat(finished()).containsExactly(block(1, 0, 16_384));
    }

    @Test
    void aPageThatListsWhatIsThereTakesNothingAway() throws RescueException {
        index.take(block(1, 0, 16_384));
        index.listed(List.of(block(1, 0, 16_384)));
        assertThat(finished()).containsExactly(block(1, 0, 16_384));
    }

    @Test
    void whatComesLateIsPutInItsPlaceTheSecondTime() throws RescueException {
        for (int pass = 0; pass < 2; pass++) {
            index.listed(List.of(block(1, 1, 4096), block(2, 1, 8192)));
            index.take(block(5000, 0, 16_384));
            index.take(block(3, 0, 32_768));
            index.listed(List.of(block(1, 0, 4096), block(2, 1, 8192), block(3, 0, 32_768)));
            if (pass == 0) {
                finished();
                assertThat(index.hasLate()).isTrue();
                pages.clear();
                index = index.again(new TotalsCounter(SIZE));
            }
        }
        assertThat(finished()).containsExactly(block(2, 1, 8192), block(3, 0, 32_768), block(5000, 0, 16_384));
        assertThat(index.totals().blocks()).isEqualTo(3);
    }
}
