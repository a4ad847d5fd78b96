package org.rescuekey.units;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Text of any origin steers nothing. */
final class PlainTextTest {
    @Test
    void whatStandsThereStaysAndWhatSteersGoes() {
        assertThat(PlainText.of("Windows \u00FC\u4E16 \uD83D\uDE00")).isEqualTo("Windows \u00FC\u4E16 \uD83D\uDE00");
        assertThat(PlainText.of("a\nb\rc\u001B[2J\u0085\u2028")).isEqualTo("a?b?c?[2J??");
        assertThat(PlainText.of("\u202Egnp.exe\u200F")).isEqualTo("?gnp.exe?");
        assertThat(PlainText.of("\uD800x\uDC00\uFFFF")).isEqualTo("?x??");
    }

    @Test
    void noMoreThanWasAskedForIsKept() {
        assertThat(PlainText.of("\uD83D\uDE00abc", 2)).isEqualTo("\uD83D\uDE00a");
    }
}
