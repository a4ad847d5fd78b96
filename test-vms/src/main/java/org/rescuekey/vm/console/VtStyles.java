package org.rescuekey.vm.console;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.vm.console.VtScreen.Style;

/** "Select graphic rendition": from a program's numbers to a style, and from a screen back to a terminal. Pure. */
final class VtStyles {
    private VtStyles() {}

    static void apply(List<Integer> parameters, VtScreen screen) {
        Style style = screen.style();
        for (int i = 0; i < parameters.size(); i++) {
            int code = Math.max(0, parameters.get(i));
            if (code == 38 || code == 48) {
                boolean indexed = i + 2 < parameters.size() && parameters.get(i + 1) == 5;
                int colour = indexed ? Math.max(0, parameters.get(i + 2)) : Style.DEFAULT;
                style = code == 38
                        ? new Style(colour, style.background(), style.bold(), style.reverse())
                        : new Style(style.foreground(), colour, style.bold(), style.reverse());
                i += indexed ? 2 : 4;
            } else {
                style = changed(style, code);
            }
        }
        screen.style(style);
    }

    private static Style changed(Style style, int code) {
        int foreground = style.foreground();
        int background = style.background();
        return switch (code) {
            case 0 -> Style.PLAIN;
            case 1 -> new Style(foreground, background, true, style.reverse());
            case 22 -> new Style(foreground, background, false, style.reverse());
            case 7 -> new Style(foreground, background, style.bold(), true);
            case 27 -> new Style(foreground, background, style.bold(), false);
            case 30, 31, 32, 33, 34, 35, 36, 37 -> new Style(code - 30, background, style.bold(), style.reverse());
            case 39 -> new Style(Style.DEFAULT, background, style.bold(), style.reverse());
            case 40, 41, 42, 43, 44, 45, 46, 47 -> new Style(foreground, code - 40, style.bold(), style.reverse());
            case 49 -> new Style(foreground, Style.DEFAULT, style.bold(), style.reverse());
            case 90, 91, 92, 93, 94, 95, 96, 97 -> new Style(code - 82, background, style.bold(), style.reverse());
            case 100, 101, 102, 103, 104, 105, 106, 107 ->
                new Style(foreground, code - 92, style.bold(), style.reverse());
            default -> style;
        };
    }

    /** The screen as text with the sequences that show it in colour on a person's terminal. */
    static List<String> coloured(VtScreen screen) {
        List<String> lines = new ArrayList<>(screen.rows());
        for (int row = 0; row < screen.rows(); row++) {
            StringBuilder line = new StringBuilder();
            Style current = Style.PLAIN;
            for (int column = 0; column < screen.columns(); column++) {
                VtScreen.Cell cell = screen.cell(row, column);
                if (!cell.style().equals(current)) {
                    current = cell.style();
                    line.append(sequence(current));
                }
                line.appendCodePoint(cell.codePoint());
            }
            lines.add(line.append("\u001b[0m").toString());
        }
        return lines;
    }

    private static String sequence(Style style) {
        StringBuilder text = new StringBuilder("\u001b[0");
        if (style.bold()) {
            text.append(";1");
        }
        if (style.reverse()) {
            text.append(";7");
        }
        if (style.foreground() != Style.DEFAULT) {
            text.append(";38;5;").append(style.foreground());
        }
        if (style.background() != Style.DEFAULT) {
            text.append(";48;5;").append(style.background());
        }
        return text.append('m').toString();
    }
}
