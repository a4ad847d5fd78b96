package org.rescuekey.tui.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.googlecode.lanterna.TerminalTextUtils;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rescuekey.tui.model.Text;

class LookTest {
    @Test
    void boxCharactersNeedUtf8() {
        assertThat(Glyphs.of(Map.of("LANG", "C.UTF-8"))).isEqualTo(Glyphs.UNICODE);
        assertThat(Glyphs.of(Map.of("LANG", "de_DE.utf8@euro"))).isEqualTo(Glyphs.UNICODE);
        assertThat(Glyphs.of(Map.of("LANG", "C.UTF-8", "LC_ALL", "C"))).isEqualTo(Glyphs.ASCII);
        assertThat(Glyphs.of(Map.of("LANG", "de_DE.ISO-8859-1"))).isEqualTo(Glyphs.ASCII);
        assertThat(Glyphs.of(Map.of())).isEqualTo(Glyphs.ASCII);
    }

    @Test
    void noColourIsRespected() {
        assertThat(Palette.of(Map.of("TERM", "linux"))).isEqualTo(Palette.CONSOLE);
        assertThat(Palette.of(Map.of("TERM", "vt220"))).isEqualTo(Palette.CONSOLE);
        assertThat(Palette.of(Map.of("TERM", "xterm-256color"))).isEqualTo(Palette.COLOUR);
        assertThat(Palette.of(Map.of("TERM", "vt100"))).isEqualTo(Palette.MONOCHROME);
        assertThat(Palette.of(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isEqualTo(Palette.MONOCHROME);
    }

    @Test
    void textIsMeasuredAsItIsDrawn() {
        for (char c = ' '; c < Character.MAX_VALUE; c++) {
            String clean = Text.clean(String.valueOf(c));
            assertThat(Text.width(clean))
                    .as("U+%04X", (int) c)
                    .isEqualTo(TerminalTextUtils.isCharDoubleWidth(clean.charAt(0)) ? 2 : 1);
        }
    }
}
