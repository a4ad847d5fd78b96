package org.rescuekey.vm.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What programs write to a terminal, and what a person then sees. */
class VtParserTest {
    private final VtScreen screen = new VtScreen(10, 4);
    private final List<String> replies = new ArrayList<>();
    private final StringBuilder printed = new StringBuilder();
    private final VtParser parser = new VtParser(screen, replies::add, printed);

    private void feed(String text) {
        text.codePoints().forEach(parser::feed);
    }

    @Test
    void textWrapsAtTheLastColumnAndScrollsAtTheLastRow() {
        feed("0123456789ab\r\nc\r\nd\r\ne");
        assertThat(screen.lines()).containsExactly("ab", "c", "d", "e");
    }

    @Test
    void aLineOfFullWidthDoesNotWrapBeforeTheNextCharacter() {
        feed("0123456789\r\nx");
        assertThat(screen.lines()).containsExactly("0123456789", "x", "", "");
    }

    @Test
    void theCursorIsMovedAbsolutelyAndRelatively() {
        feed("\u001b[2;3Ha\u001b[1Cb\u001b[1A\u001b[2Dc\u001b[4;9Hd\u001b[Hz");
        assertThat(screen.lines()).containsExactly("z  c", "  a b", "", "        d");
    }

    @Test
    void linesAndTheScreenAreErasedInParts() {
        feed("aaaaa\r\nbbbbb\r\nccccc");
        feed("\u001b[2;3H\u001b[K\u001b[1;3H\u001b[1K\u001b[3;1H\u001b[J");
        assertThat(screen.lines()).containsExactly("   aa", "bb", "", "");
        feed("\u001b[2J");
        assertThat(screen.lines()).containsOnly("");
    }

    @Test
    void onlyTheScrollRegionScrolls() {
        feed("1\r\n2\r\n3\r\n4\u001b[2;3r\u001b[3;1H\nx");
        assertThat(screen.lines()).containsExactly("1", "3", "x", "4");
        feed("\u001b[2;1H\u001bM");
        assertThat(screen.lines()).containsExactly("1", "", "3", "4");
    }

    @Test
    void linesAndCharactersAreInsertedAndDeleted() {
        feed("abc\r\ndef\r\nghi\u001b[2;1H\u001b[L");
        assertThat(screen.lines()).containsExactly("abc", "", "def", "ghi");
        feed("\u001b[M\u001b[1;2H\u001b[2@\u001b[2;1H\u001b[P\u001b[3;1H\u001b[2X");
        assertThat(screen.lines()).containsExactly("a  bc", "ef", "  i", "");
    }

    @Test
    void theDecGraphicsSetDrawsLines() {
        feed("\u001b(0lqk\u001b(Bq\u001b)0\u000ex\u000fx");
        assertThat(screen.lines().getFirst()).isEqualTo("┌─┐q│x");
    }

    @Test
    void coloursStayWithTheirCharacters() {
        feed("\u001b[1;31;44mA\u001b[0mB\u001b[38;5;200mC\u001b[7mD");
        assertThat(screen.cell(0, 0).style()).isEqualTo(new VtScreen.Style(1, 4, true, false));
        assertThat(screen.cell(0, 1).style()).isEqualTo(VtScreen.Style.PLAIN);
        assertThat(screen.cell(0, 2).style().foreground()).isEqualTo(200);
        assertThat(screen.cell(0, 3).style().reverse()).isTrue();
    }

    @Test
    void questionsAreAnswered() {
        feed("ab\u001b[6n\u001b[5n");
        assertThat(replies).containsExactly("\u001b[1;3R", "\u001b[0n");
    }

    @Test
    void unknownSequencesAreSkippedWhole() {
        feed("a\u001b]0;title\u0007b\u001b]2;x\u001b\\c\u001b[?25ld\u001b[>0qe\u001bPq#1\u001b\\f");
        assertThat(screen.lines().getFirst()).isEqualTo("abcdef");
    }

    @Test
    void whatIsPrintedIsPlainText() {
        feed("\u001b[1mone\u001b[0m\r\ntwo\u001b[H");
        assertThat(printed.toString()).isEqualTo("one\ntwo");
    }

    @Test
    void numbersBeyondTheScreenAreClamped() {
        feed("\u001b[99999999999;999Hx\u001b[500Ay\u001b[500L\u001b[500@z");
        assertThat(screen.lines().getFirst()).endsWith("z");
    }
}
