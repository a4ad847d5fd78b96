package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.keys.Key.Kind;

class KeyDecoderTest {
    private final KeyDecoder decoder = new KeyDecoder();

    @ParameterizedTest
    @CsvSource({
        "[A, UP",
        "OA, UP",
        "[1;5A, UP",
        "[B, DOWN",
        "[C, RIGHT",
        "[D, LEFT",
        "[H, HOME",
        "[1~, HOME",
        "OH, HOME",
        "[F, END",
        "[4~, END",
        "[5~, PAGE_UP",
        "[6~, PAGE_DOWN",
        "[5;2~, PAGE_UP",
        "OP, F1",
        "[11~, F1",
        "[[A, F1",
        "[15~, F5",
        "[[E, F5",
        "[21~, F10",
        "OM, ENTER",
        "[Z, OTHER",
        "[3~, OTHER",
        "[?1;2c, OTHER"
    })
    void sequencesOfConsoleSerialLineAndXterm(String sequence, Kind kind) {
        assertThat(decode("\u001B" + sequence)).containsExactly(Key.of(kind));
        assertThat(decoder.isPending()).isFalse();
    }

    @Test
    void bytesThatComeOneByOneAreOneKey() {
        assertThat(decode("\u001B")).isEmpty();
        assertThat(decoder.isPending()).isTrue();
        assertThat(decode("[")).isEmpty();
        assertThat(decode("6")).isEmpty();
        assertThat(decode("~")).containsExactly(Key.of(Kind.PAGE_DOWN));
    }

    @Test
    void anEscapeThatNothingFollowsIsTheEscKey() {
        decode("\u001B");
        assertThat(decoder.flush()).containsExactly(Key.of(Kind.ESCAPE));
        assertThat(decoder.isPending()).isFalse();
        assertThat(decoder.flush()).isEmpty();
    }

    @Test
    void escTwiceAndEscBeforeALetterAreKeysOfTheirOwn() {
        assertThat(decode("\u001B\u001B")).containsExactly(Key.of(Kind.ESCAPE));
        assertThat(decoder.flush()).containsExactly(Key.of(Kind.ESCAPE));
        assertThat(decode("\u001Bb")).containsExactly(Key.of(Kind.ESCAPE), Key.of('b'));
    }

    @Test
    void aCutSequenceIsNoEsc() {
        decode("\u001B[");
        assertThat(decoder.flush()).containsExactly(Key.of(Kind.OTHER));
    }

    @Test
    void plainKeys() {
        assertThat(decode("a\r\n\t\u007F\b\f\u0003"))
                .containsExactly(
                        Key.of('a'),
                        Key.of(Kind.ENTER),
                        Key.of(Kind.ENTER),
                        Key.of(Kind.TAB),
                        Key.of(Kind.BACKSPACE),
                        Key.of(Kind.BACKSPACE),
                        Key.of(Kind.CTRL_L),
                        Key.of(Kind.ESCAPE));
    }

    @Test
    void utf8() {
        assertThat(decode("ä€")).containsExactly(Key.of('ä'), Key.of('€'));
        assertThat(decode("\uD83D\uDCBE")).containsExactly(Key.of(Kind.OTHER));
    }

    @Property(tries = 500)
    void anyBytesAreTakenAndNothingIsKeptForEver(@ForAll byte[] bytes) {
        KeyDecoder any = new KeyDecoder();
        List<Key> keys = new ArrayList<>(any.decode(bytes, bytes.length));
        keys.addAll(any.flush());
        assertThat(keys).hasSizeLessThanOrEqualTo(bytes.length + 1);
        assertThat(any.decode(new byte[] {'x'}, 1)).containsExactly(Key.of('x'));
    }

    private List<Key> decode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return decoder.decode(bytes, bytes.length);
    }
}
