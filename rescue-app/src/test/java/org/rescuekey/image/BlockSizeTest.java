package org.rescuekey.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class BlockSizeTest {
    @Test
    void onlyPowersOfTwoInsideTheLimits() {
        for (int bytes : new int[] {0, -1, 32 << 10, 100_000, 8 << 20, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> new BlockSize(bytes)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Property
    void aMaskCountsTheBytesOfItsUnits(
            @ForAll @IntRange(min = 16, max = 22) int log2, @ForAll long mask, @ForAll @IntRange(min = 1) int some) {
        BlockSize size = new BlockSize(1 << log2);
        int length = 1 + some % size.bytes();
        long inside = mask & size.fullMask(length);
        int expected = 0;
        for (int unit = 0; unit < BlockSize.UNITS; unit++) {
            if ((inside >>> unit & 1) != 0) {
                int start = unit * size.unitBytes();
                expected += Math.min(length, start + size.unitBytes()) - start;
            }
        }
        assertThat(size.bytesIn(inside, length)).isEqualTo(expected);
        assertThat(size.bytesIn(size.fullMask(length), length)).isEqualTo(length);
    }

    @Test
    void theLastBlockMayBeShort() {
        BlockSize size = BlockSize.DEFAULT;
        long stream = 10L * size.bytes() + 512;
        assertThat(size.blocksIn(stream)).isEqualTo(11);
        assertThat(size.lengthBytes(9, stream)).isEqualTo(size.bytes());
        assertThat(size.lengthBytes(10, stream)).isEqualTo(512);
        assertThat(size.fullMask(512)).isEqualTo(1);
        assertThatThrownBy(() -> size.lengthBytes(11, stream)).isInstanceOf(IllegalArgumentException.class);
    }
}
