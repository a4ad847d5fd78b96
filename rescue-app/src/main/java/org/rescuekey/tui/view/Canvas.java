package org.rescuekey.tui.view;

import com.googlecode.lanterna.TextCharacter;
import com.googlecode.lanterna.graphics.TextGraphics;
import java.util.List;
import org.rescuekey.tui.model.Line;
import org.rescuekey.tui.model.Size;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.Tone;

/**
 * Where views draw: text in tones, clipped to the screen, in characters that the terminal has. Used by the drawing thread
 * alone.
 */
final class Canvas {
    /** The margin left and right of everything but the title line. */
    static final int MARGIN = 2;

    /** The first row below the title. */
    static final int TOP = 2;

    private final TextGraphics graphics;
    private final Look look;
    private final Size size;

    Canvas(TextGraphics graphics, Look look) {
        this.graphics = graphics;
        this.look = look;
        this.size = new Size(graphics.getSize().getColumns(), graphics.getSize().getRows());
    }

    Size size() {
        return size;
    }

    Glyphs glyphs() {
        return look.glyphs();
    }

    /** The columns between the margins. */
    int columns() {
        return size.bodyColumns();
    }

    /** The row below the last one of the body. */
    int bottom() {
        return TOP + size.bodyRows();
    }

    void clear() {
        apply(Tone.PLAIN);
        graphics.fill(' ');
    }

    /** Draws a text in a row; what does not fit is cut. Returns the column behind it. */
    int put(int column, int row, Tone tone, String text) {
        if (row < 0 || row >= size.rows() || column >= size.columns()) {
            return column;
        }
        String fitted = Text.fit(Text.clean(text), size.columns() - column);
        apply(tone);
        graphics.putString(column, row, look.glyphs().shown(fitted));
        return column + Text.width(fitted);
    }

    /** Draws one character, which must be a glyph or printable ASCII. */
    void glyph(int column, int row, Tone tone, char glyph) {
        if (row >= 0 && row < size.rows() && column >= 0 && column < size.columns()) {
            Palette.Style style = look.palette().style(tone);
            for (TextCharacter character : TextCharacter.fromCharacter(glyph)) {
                graphics.setCharacter(
                        column,
                        row,
                        character
                                .withForegroundColor(style.foreground())
                                .withBackgroundColor(style.background())
                                .withModifiers(style.attributes()));
            }
        }
    }

    /** Draws the same character several times. */
    void run(int column, int row, Tone tone, char glyph, int count) {
        for (int i = 0; i < count; i++) {
            glyph(column + i, row, tone, glyph);
        }
    }

    /** Draws a text within the margins; returns the row below. */
    int line(int row, Tone tone, String text) {
        put(MARGIN, row, tone, Text.fit(Text.clean(text), columns()));
        return row + 1;
    }

    /** Draws a wrapped text within the margins, in at most so many rows; returns the row below. */
    int paragraph(int row, Tone tone, String text, int rows) {
        int next = row;
        for (String part : Text.wrap(text, columns())) {
            if (next >= row + rows) {
                break;
            }
            next = line(next, tone, part);
        }
        return next;
    }

    /** Draws a line of a list that Enter acts on, if it is the marked one. */
    int choice(int row, boolean marked, Tone tone, String text) {
        String lead = marked ? "> " : "  ";
        String padded = Text.pad(Text.clean(lead + text), columns());
        put(MARGIN, row, marked ? Tone.SELECTED : tone, padded);
        return row + 1;
    }

    /** Draws a text that scrolls into the body, and says where it goes on. */
    void document(List<Line> lines, int top, int firstRow, int rows) {
        int first = Math.clamp(top, 0, Math.max(0, lines.size() - rows));
        int shown = Math.min(rows, lines.size() - first);
        for (int i = 0; i < shown; i++) {
            Line line = lines.get(first + i);
            line(firstRow + i, line.tone(), line.text());
        }
        if (lines.size() > rows) {
            more(firstRow, rows, first, lines.size());
        }
    }

    /** A scroll bar in the right margin: how much there is, and which part is in sight. */
    void more(int firstRow, int rows, int first, int total) {
        int column = size.columns() - 1;
        int length = Math.max(1, rows * rows / total);
        int start = first + rows >= total ? rows - length : (int) ((long) first * (rows - length) / (total - rows));
        for (int i = 0; i < rows; i++) {
            boolean inSight = i >= start && i < start + length;
            glyph(column, firstRow + i, Tone.DIM, inSight ? glyphs().full() : glyphs().vertical());
        }
    }

    private void apply(Tone tone) {
        Palette.Style style = look.palette().style(tone);
        graphics.setForegroundColor(style.foreground());
        graphics.setBackgroundColor(style.background());
        graphics.setModifiers(style.attributes());
    }
}
