package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Text measured in terminal columns. Labels come from disks and may hold anything: what cannot be shown in one or two
 * columns becomes a question mark, so that no label moves the cursor or breaks the layout.
 */
public final class Text {
    private static final String MORE = "...";

    private Text() {}

    /** The text with everything replaced that a terminal would not show as one or two columns. */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            i += pair ? 1 : 0;
            clean.append(isShown(c) ? c : '?');
        }
        return clean.toString();
    }

    private static boolean isShown(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK -> false;
            default -> !isDisputed(c);
        };
    }

    /** Characters on whose width terminals and libraries do not agree. */
    private static boolean isDisputed(char c) {
        return (c >= 0x1160 && c <= 0x11FF)
                || (c >= 0x2F00 && c <= 0x2FFF)
                || c == 0x303F
                || (c >= 0x3100 && c <= 0x312F)
                || (c >= 0x3190 && c <= 0x31EF)
                || (c >= 0x3300 && c <= 0x33FF)
                || (c >= 0x4DC0 && c <= 0x4DFF)
                || (c >= 0xA000 && c <= 0xA4CF)
                || (c >= 0xFE50 && c <= 0xFE6F)
                || (c >= 0xFFE0 && c <= 0xFFE6);
    }

    /** The columns of a clean text. */
    public static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); i++) {
            width += width(text.charAt(i));
        }
        return width;
    }

    /** The columns of a character: two for East Asian wide ones. */
    public static int width(char c) {
        boolean wide = c >= 0x1100
                && (c <= 0x115F
                        || (c >= 0x2E80 && c <= 0xA4CF)
                        || (c >= 0xAC00 && c <= 0xD7A3)
                        || (c >= 0xF900 && c <= 0xFAFF)
                        || (c >= 0xFE30 && c <= 0xFE4F)
                        || (c >= 0xFF00 && c <= 0xFF60));
        return wide ? 2 : 1;
    }

    /** At most so many columns of the text; what was cut ends in dots. */
    public static String fit(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        return columns <= MORE.length() ? cut(text, columns) : cut(text, columns - MORE.length()) + MORE;
    }

    /** Exactly so many columns. */
    public static String pad(String text, int columns) {
        String fitted = fit(text, columns);
        return fitted + " ".repeat(Math.max(0, columns - width(fitted)));
    }

    /** Exactly so many columns, with the text at the right. */
    public static String padLeft(String text, int columns) {
        String fitted = fit(text, columns);
        return " ".repeat(Math.max(0, columns - width(fitted))) + fitted;
    }

    /** The text in lines of at most so many columns, broken at spaces, or within a word that is longer than a line. */
    public static List<String> wrap(String text, int columns) {
        int limit = Math.max(1, columns);
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.replace('\t', ' ').split("\\R", -1)) {
            wrapParagraph(clean(paragraph), limit, lines);
        }
        return lines;
    }

    private static void wrapParagraph(String paragraph, int limit, List<String> lines) {
        StringBuilder line = new StringBuilder();
        for (String word : paragraph.strip().split(" +", -1)) {
            String rest = word;
            if (!line.isEmpty() && width(line.toString()) + 1 + width(rest) > limit) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (width(rest) > limit) {
                String head = cut(rest, limit);
                head = head.isEmpty() ? rest.substring(0, 1) : head;
                lines.add(head);
                rest = rest.substring(head.length());
            }
            line.append(line.isEmpty() ? "" : " ").append(rest);
        }
        lines.add(line.toString());
    }

    private static String cut(String text, int columns) {
        int width = 0;
        int end = 0;
        while (end < text.length() && width + width(text.charAt(end)) <= columns) {
            width += width(text.charAt(end));
            end++;
        }
        return text.substring(0, end);
    }
}
