package org.rescuekey.filesystem.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Runs of bits, against java.util.BitSet. */
class BitRunsTest {
    @Property(tries = 500)
    void runsCoverExactlyTheSetBits(@ForAll @Size(max = 40) byte[] bytes, @ForAll @IntRange(max = 320) int wanted) {
        int bitCount = Math.min(wanted, bytes.length * 8);
        BitSet expected = BitSet.valueOf(bytes).get(0, bitCount);
        BitSet actual = new BitSet();
        long[] last = {-1};

        BitRuns.scan(ByteBuffer.wrap(bytes), bitCount, (first, end) -> {
            assertThat(first).isGreaterThan(last[0]).isLessThan(end);
            last[0] = end;
            actual.set((int) first, (int) end);
        });

        assertThat(actual).isEqualTo(expected);
    }

    @Example
    void runsCrossWordsAndEndWhereTheBitsDo() {
        byte[] bytes = new byte[17];
        Arrays.fill(bytes, (byte) 0xFF);
        StringBuilder runs = new StringBuilder();

        BitRuns.scan(ByteBuffer.wrap(bytes), 17 * 8 - 3, (first, end) -> runs.append(first + "-" + end));

        assertThat(runs).hasToString("0-133");
    }

    @Example
    void moreBitsThanThereAreAreRefused() {
        assertThatThrownBy(() -> BitRuns.scan(ByteBuffer.allocate(2), 17, (first, end) -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
