package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** The units of a block that a set of extents touches, there and back. */
final class BlockMasksProperties {
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int UNIT_BYTES = BLOCK_BYTES / 64;
    private static final long STREAM_BYTES = 5L * BLOCK_BYTES - 1536;

    @Provide
    Arbitrary<ExtentSet> extents() {
        Arbitrary<Extent> extent = Combinators.combine(
                        Arbitraries.longs().between(0, STREAM_BYTES - 1),
                        Arbitraries.longs().between(1, BLOCK_BYTES))
                .as((start, length) -> new Extent(start, Math.min(length, STREAM_BYTES - start)));
        return extent.list().ofMaxSize(12).map(list -> ExtentSet.of(list.toArray(Extent[]::new)));
    }

    @Property
    void aUnitIsMarkedIfAndOnlyIfItHoldsAByteOfTheSet(
            @ForAll("extents") ExtentSet used, @ForAll @IntRange(max = 4) int block) {
        long start = (long) block * BLOCK_BYTES;
        long mask = BlockMasks.of(used, start, BLOCK_BYTES);
        for (int unit = 0; unit < 64; unit++) {
            boolean touched = used.intersects(new Extent(start + (long) unit * UNIT_BYTES, UNIT_BYTES));
            assertThat((mask >>> unit & 1) == 1).as("unit %d", unit).isEqualTo(touched);
        }
    }

    @Property
    void theExtentsOfAMaskAreTheSetInWholeUnits(@ForAll("extents") ExtentSet used) {
        ExtentSet.Builder back = ExtentSet.builder();
        for (long start = 0; start < STREAM_BYTES; start += BLOCK_BYTES) {
            long mask = BlockMasks.of(used, start, BLOCK_BYTES);
            BlockMasks.extents(mask, start, BLOCK_BYTES, STREAM_BYTES).forEach(back::add);
        }
        assertThat(back.build()).isEqualTo(used.align(UNIT_BYTES, STREAM_BYTES));
    }

    @Property
    void aMaskComesBackFromItsExtents(@ForAll long mask) {
        long start = 3L * BLOCK_BYTES;
        ExtentSet extents = BlockMasks.extents(mask, start, BLOCK_BYTES, Long.MAX_VALUE);
        assertThat(BlockMasks.of(extents, start, BLOCK_BYTES)).isEqualTo(mask);
        assertThat(extents.totalBytes()).isEqualTo((long) Long.bitCount(mask) * UNIT_BYTES);
    }

    @Example
    void theEdges() {
        ExtentSet all = ExtentSet.of(new Extent(0, BLOCK_BYTES));
        assertThat(BlockMasks.of(all, 0, BLOCK_BYTES)).isEqualTo(-1L);
        assertThat(BlockMasks.of(all, BLOCK_BYTES, BLOCK_BYTES)).isZero();
        assertThat(BlockMasks.of(ExtentSet.empty(), 0, BLOCK_BYTES)).isZero();
        assertThat(BlockMasks.extents(0, 0, BLOCK_BYTES, BLOCK_BYTES).isEmpty()).isTrue();
        assertThat(BlockMasks.extents(-1L, 0, BLOCK_BYTES, 1000)).isEqualTo(ExtentSet.of(new Extent(0, 1000)));
        assertThat(BlockMasks.extents(1L << 63, 0, BLOCK_BYTES, BLOCK_BYTES).stream()
                        .toList())
                .isEqualTo(List.of(new Extent(BLOCK_BYTES - UNIT_BYTES, UNIT_BYTES)));
    }
}
