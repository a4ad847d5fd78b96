package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TextTest {
    @Property
    void noTextIsWiderThanItMayBe(@ForAll String any, @ForAll @IntRange(min = 0, max = 90) int columns) {
        String clean = Text.clean(any);
        assertThat(Text.width(Text.fit(clean, columns))).isLessThanOrEqualTo(columns);
        assertThat(Text.width(Text.pad(clean, columns))).isEqualTo(columns);
        assertThat(Text.width(Text.padLeft(clean, columns))).isEqualTo(columns);
    }

    @Property
    void wrappedLinesFitAndLoseNothingButBlanks(@ForAll String any, @ForAll @IntRange(min = 2, max = 90) int columns) {
        assertThat(Text.wrap(any, columns)).allSatisfy(line -> {
            assertThat(Text.width(line)).isLessThanOrEqualTo(columns);
            assertThat(line).isEqualTo(Text.clean(line));
        });
    }

    @Test
    void wrapsAtBlanksAndWithinLongWords() {
        assertThat(Text.wrap("one two  three /a/very/long/path", 9))
                .containsExactly("one two", "three", "/a/very/l", "ong/path");
        assertThat(Text.wrap("one\ntwo", 20)).containsExactly("one", "two");
    }

    @Test
    void whatMovesTheCursorIsNotShown() {
        assertThat(Text.clean("a\u001B[2Jb\nc\u0301\u202Ed\uD83D\uDCBEe")).isEqualTo("a?[2Jb?c??d?e");
    }

    @Test
    void wideCharactersCountTwice() {
        assertThat(Text.width("データ")).isEqualTo(6);
        assertThat(Text.pad("データ", 7)).isEqualTo("データ ");
        assertThat(Text.fit("データ", 5)).isEqualTo("デ...");
    }
}
