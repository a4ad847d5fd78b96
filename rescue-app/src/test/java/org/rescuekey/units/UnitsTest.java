package org.rescuekey.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, sector sizes and single extents. */
class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "4294967296, 4.0 GiB",
        "9223372036854775807, 8.0 EiB"
    })
    void countsPrintInTheLargestUnit(long bytes, String text) {
        assertThat(ByteCount.text(bytes)).isEqualTo(text);
        assertThat(ByteCount.of(bytes)).hasToString(text);
    }

    @Test
    void exactCountsNameEveryByte() {
        assertThat(ByteCount.of(4294967296L).exact()).isEqualTo("4,294,967,296 bytes (4.0 GiB)");
        assertThatThrownBy(() -> ByteCount.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(ByteCount.of(1)).isLessThan(ByteCount.of(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256, 511, 513, 1000, 131_072, -512})
    void otherSectorSizesAreRefused(int bytes) {
        assertThatThrownBy(() -> new SectorSize(bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 4096, 65_536})
    void sectorsRound(int bytes) {
        SectorSize sector = new SectorSize(bytes);
        assertThat(sector.divides(0)).isTrue();
        assertThat(sector.divides(3L * bytes)).isTrue();
        assertThat(sector.divides(3L * bytes + 1)).isFalse();
        assertThat(sector.roundUp(1)).isEqualTo(bytes);
        assertThat(sector.roundUp(bytes)).isEqualTo(bytes);
        assertThat(sector.roundDown(2L * bytes - 1)).isEqualTo(bytes);
        assertThat(sector.toSectors(sector.toBytes(77))).isEqualTo(77);
        assertThat(sector.toSectors(2L * bytes - 1)).isEqualTo(1);
        assertThatThrownBy(() -> sector.toBytes(Long.MAX_VALUE / 2)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> sector.roundUp(Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void extentsKnowTheirNeighbours() {
        Extent extent = Extent.between(10, 20);
        assertThat(extent).isEqualTo(new Extent(10, 10)).hasToString("[10, 20)");
        assertThat(extent.contains(10)).isTrue();
        assertThat(extent.contains(19)).isTrue();
        assertThat(extent.contains(20)).isFalse();
        assertThat(extent.contains(9)).isFalse();
        assertThat(extent.overlaps(new Extent(19, 1))).isTrue();
        assertThat(extent.overlaps(new Extent(20, 1))).isFalse();
        assertThat(extent.overlaps(new Extent(0, 10))).isFalse();
        assertThat(extent.contains(new Extent(10, 10))).isTrue();
        assertThat(extent.contains(new Extent(10, 11))).isFalse();
        assertThat(extent.shift(-10)).isEqualTo(new Extent(0, 10));
        assertThat(extent).isLessThan(new Extent(10, 11)).isLessThan(new Extent(11, 1));
    }

    @Test
    void emptyNegativeAndOverflowingExtentsAreRefused() {
        assertThatThrownBy(() -> new Extent(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Extent(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Extent.between(5, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Extent(Long.MAX_VALUE, 1)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new Extent(5, 5).shift(-6)).isInstanceOf(IllegalArgumentException.class);
    }
}
