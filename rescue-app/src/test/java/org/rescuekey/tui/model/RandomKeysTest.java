package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.rescuekey.tui.ScreenText;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.keys.Key.Kind;
import org.rescuekey.tui.view.Glyphs;
import org.rescuekey.tui.view.Look;
import org.rescuekey.tui.view.Palette;

/** Whatever is pressed: no screen crashes or outgrows its terminal, and Esc leads home. */
class RandomKeysTest {
    private static final int ENOUGH_ESCAPES = 12;

    @Property(tries = 300)
    void escapeAlwaysLeadsHome(@ForAll("keys") List<Key> keys) {
        Walk walk = new Walk(Size.STANDARD);
        keys.forEach(walk::press);
        for (int i = 0; i < ENOUGH_ESCAPES; i++) {
            walk.press(Kind.ESCAPE);
        }
        assertThat(walk.model().screens()).hasSize(1).first().isInstanceOf(HomeScreen.class);
    }

    @Property(tries = 100)
    void noScreenOutgrowsItsTerminal(@ForAll("keys") List<Key> keys, @ForAll("sizes") Size size) {
        Walk walk = new Walk(size);
        keys.forEach(walk::press);

        List<String> rows = ScreenText.of(walk.model(), new Look(Glyphs.UNICODE, Palette.CONSOLE))
                .lines()
                .toList();
        assertThat(rows).hasSize(size.rows());
        assertThat(rows).allSatisfy(row -> assertThat(Text.width(row)).isLessThanOrEqualTo(size.columns()));
    }

    @Property(tries = 100)
    void asciiScreensAreAscii(@ForAll("keys") List<Key> keys) {
        Walk walk = new Walk(Size.STANDARD);
        keys.forEach(walk::press);

        assertThat(Text.width(walk.model().notice())).isLessThanOrEqualTo(Size.STANDARD.bodyColumns());
        assertThat(ScreenText.of(walk.model(), new Look(Glyphs.ASCII, Palette.MONOCHROME)))
                .matches("[\\x20-\\x7e\\n]*");
    }

    @Provide
    Arbitrary<List<Key>> keys() {
        Arbitrary<Key> named = Arbitraries.of(Kind.class)
                .filter(kind -> kind != Kind.CHARACTER)
                .map(Key::of);
        Arbitrary<Key> moves = Arbitraries.of(Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.DOWN, Kind.UP, Kind.ESCAPE)
                .map(Key::of);
        Arbitrary<Key> letters = Arbitraries.of(
                        'b', 'r', 'v', 'l', 's', 'p', 'u', 'c', 'd', 'a', 'x', ' ', '?', 'j', '4', 'e', 'k', 'n', 't',
                        'i')
                .map(Key::of);
        return Arbitraries.oneOf(moves, moves, letters, named).list().ofMaxSize(60);
    }

    @Provide
    Arbitrary<Size> sizes() {
        return Arbitraries.integers()
                .between(1, 160)
                .flatMap(columns -> Arbitraries.integers().between(1, 60).map(rows -> new Size(columns, rows)));
    }
}
