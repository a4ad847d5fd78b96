package org.rescuekey.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.NoSuchElementException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Sets of extents against sets of bits. */
class ExtentSetTest {
    private static final int SPACE = 200;

    @Provide
    Arbitrary<Extent> extents() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, SPACE - 1),
                        Arbitraries.integers().between(1, SPACE / 4))
                .as((start, length) -> new Extent(start, Math.min(length, SPACE - start)));
    }

    @Provide
    Arbitrary<List<Extent>> lists() {
        return extents().list().ofMaxSize(40);
    }

    private static ExtentSet set(List<Extent> extents) {
        return ExtentSet.of(extents.toArray(Extent[]::new));
    }

    private static BitSet bits(List<Extent> extents) {
        BitSet bits = new BitSet(SPACE);
        extents.forEach(extent -> bits.set((int) extent.start(), (int) extent.end()));
        return bits;
    }

    private static void assertSame(ExtentSet set, BitSet bits) {
        BitSet actual = new BitSet(SPACE);
        long endBefore = -1;
        for (Extent extent : set) {
            assertThat(extent.start()).as("sorted, disjoint and not adjacent").isGreaterThan(endBefore);
            endBefore = extent.end();
            actual.set((int) extent.start(), (int) extent.end());
        }
        assertThat(actual).isEqualTo(bits);
        assertThat(set.totalBytes()).isEqualTo(bits.cardinality());
    }

    @Property
    void holdsWhatWasAddedInAnyOrder(@ForAll("lists") List<Extent> extents) {
        ExtentSet set = set(extents);
        assertSame(set, bits(extents));
        assertThat(set(extents.reversed())).isEqualTo(set).hasSameHashCodeAs(set);
        assertThat(set.stream().toList()).hasSize(set.size());
        assertThat(set.isEmpty()).isEqualTo(extents.isEmpty());
    }

    @Property
    void unites(@ForAll("lists") List<Extent> one, @ForAll("lists") List<Extent> other) {
        BitSet expected = bits(one);
        expected.or(bits(other));
        assertSame(set(one).union(set(other)), expected);
    }

    @Property
    void intersects(@ForAll("lists") List<Extent> one, @ForAll("lists") List<Extent> other) {
        BitSet expected = bits(one);
        expected.and(bits(other));
        assertSame(set(one).intersect(set(other)), expected);
    }

    @Property
    void subtracts(@ForAll("lists") List<Extent> one, @ForAll("lists") List<Extent> other) {
        BitSet expected = bits(one);
        expected.andNot(bits(other));
        assertSame(set(one).subtract(set(other)), expected);
    }

    @Property
    void looksThroughAWindow(@ForAll("lists") List<Extent> extents, @ForAll("extents") Extent window) {
        BitSet mask = bits(List.of(window));
        BitSet inside = bits(extents);
        inside.and(mask);
        assertSame(set(extents).intersect(window), inside);
        assertThat(set(extents).intersects(window)).isEqualTo(!inside.isEmpty());
        assertThat(set(extents).contains(window)).isEqualTo(inside.equals(mask));
        mask.andNot(bits(extents));
        assertSame(set(extents).complement(window), mask);
    }

    @Property
    void findsOffsets(@ForAll("lists") List<Extent> extents, @ForAll @IntRange(max = SPACE) int offset) {
        ExtentSet set = set(extents);
        BitSet bits = bits(extents);
        assertThat(set.contains(offset)).isEqualTo(bits.get(offset));
        int index = set.indexOfFirstEndAbove(offset);
        if (index > 0) {
            assertThat(set.get(index - 1).end()).isLessThanOrEqualTo(offset);
        }
        if (index < set.size()) {
            assertThat(set.get(index).end()).isGreaterThan(offset);
        }
    }

    @Property
    void shifts(@ForAll("lists") List<Extent> extents, @ForAll @IntRange(max = 1000) int by) {
        ExtentSet set = set(extents);
        ExtentSet shifted = set.shift(by);
        assertThat(shifted.totalBytes()).isEqualTo(set.totalBytes());
        assertThat(shifted.shift(-by)).isEqualTo(set);
        if (!set.isEmpty()) {
            assertThat(shifted.get(0).start()).isEqualTo(set.get(0).start() + by);
        }
    }

    @Property
    void aligns(
            @ForAll("lists") List<Extent> extents,
            @ForAll @IntRange(max = 6) int power,
            @ForAll @IntRange(max = 63) int beyond) {
        int unit = 1 << power;
        int limit = SPACE + beyond;
        BitSet expected = new BitSet();
        for (Extent extent : extents) {
            int start = (int) extent.start() / unit * unit;
            int end = ((int) extent.end() + unit - 1) / unit * unit;
            expected.set(start, Math.min(end, limit));
        }
        assertSame(set(extents).align(unit, limit), expected);
    }

    @Example
    void refusesWhatIsNoExtent() {
        assertThatThrownBy(() -> ExtentSet.builder().add(5, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ExtentSet.builder().add(-1, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThat(ExtentSet.builder().add(4, 4).build()).isEqualTo(ExtentSet.empty());
        assertThatThrownBy(() -> ExtentSet.of(new Extent(5, 1)).shift(-6)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> ExtentSet.of(new Extent(5, 1)).shift(Long.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> ExtentSet.empty().align(3, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ExtentSet.empty().iterator().next()).isInstanceOf(NoSuchElementException.class);
    }

    @Example
    void mergesManyInDescendingOrder() {
        ExtentSet.Builder builder = ExtentSet.builder();
        for (int i = 9999; i >= 0; i--) {
            builder.add(new Extent(i * 10L, 10));
        }
        assertThat(builder.build()).isEqualTo(ExtentSet.of(new Extent(0, 100_000)));
    }
}
