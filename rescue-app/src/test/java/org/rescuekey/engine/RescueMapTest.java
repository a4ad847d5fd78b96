package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Map files of GNU ddrescue: what is written is read again, and what is none is refused. */
final class RescueMapTest {
    private static RescueMap read(String text) throws IOException {
        return RescueMap.read("x.map", new BufferedReader(new StringReader(text)));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        RescueMap map = new RescueMap(
                0x1_0000_0000L,
                "an-image",
                ExtentSet.of(new Extent(0, 512), new Extent(4096, 8192)),
                ExtentSet.of(new Extent(512, 512)),
                ExtentSet.of(new Extent(1 << 20, 1 << 20)),
                ExtentSet.of(new Extent(2 << 20, 65_536)),
                RescueMap.SCRAPING,
                4);
        StringBuilder text = new StringBuilder();
        map.write(text);
        assertThat(text.toString())
                .contains("0x00000200     /               4\n")
                .contains("0x00000200  0x00000200  -\n")
                .contains("0x00210000  0xFFDF0000  ?\n");
        RescueMap again = read(text.toString());
        assertThat(again.sizeBytes()).isEqualTo(map.sizeBytes());
        assertThat(again.imageId()).isEqualTo("an-image");
        assertThat(again.read()).isEqualTo(map.read());
        assertThat(again.bad()).isEqualTo(map.bad());
        assertThat(again.failed()).isEqualTo(map.failed());
        assertThat(again.unscraped()).isEqualTo(map.unscraped());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# a comment",
                "0x0 ? 1",
                "0x0 ? 1\n0x0 0x200",
                "0x0 ? 1\n0x0 0x200 x",
                "0x0 ? 1\n0x0 0x200 ++",
                "0x0 ? 1\n0x200 0x200 +",
                "0x0 ? 1\n0x0 0x200 +\n0x100 0x200 +",
                "0x0 ? 1\n0x0 0x0 +",
                "0x0 ? 1\n0x0 -0x200 +",
                "0x0 ? 1\n0x0 0x7FFFFFFFFFFFFFFF +\n0x7FFFFFFFFFFFFFFF 0x7FFFFFFFFFFFFFFF -",
                "0x0 ? 1\n0x0 0xFFFFFFFFFFFFFFFFFF +"
            })
    void whatIsNoMapIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void aLineWithoutAnEndTakesNoMemory() {
        assertThatThrownBy(() -> read("x".repeat(1 << 20))).isInstanceOf(MalformedDataException.class);
    }
}
