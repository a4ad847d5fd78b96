package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;

/** One line of a text that scrolls, with what it means. */
public record Line(Tone tone, String text) {
    public static final Line BLANK = new Line(Tone.PLAIN, "");

    public static Line plain(String text) {
        return new Line(Tone.PLAIN, text);
    }

    public static Line strong(String text) {
        return new Line(Tone.STRONG, text);
    }

    /** A paragraph, wrapped; its first line begins with a lead such as a number, the others are indented as much. */
    public static List<Line> paragraph(Tone tone, String lead, String text, int columns) {
        List<Line> lines = new ArrayList<>();
        String indent = " ".repeat(Text.width(lead));
        for (String row : Text.wrap(text, columns - indent.length())) {
            lines.add(new Line(tone, (lines.isEmpty() ? lead : indent) + row));
        }
        return lines;
    }
}
