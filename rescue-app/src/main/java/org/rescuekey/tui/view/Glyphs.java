package org.rescuekey.tui.view;

import java.util.Locale;
import java.util.Map;
import org.rescuekey.tui.model.Text;

/**
 * The characters that pictures are made of. The first set keeps to what the console fonts of Debian have: single lines
 * and full and shaded blocks, no half blocks, triangles or check marks. The second is ASCII, for lines that are not UTF-8.
 */
public enum Glyphs {
    UNICODE('─', '│', '┌', '┬', '┐', '└', '┴', '┘', '█', '▒', '░'),
    ASCII('-', '|', '+', '+', '+', '+', '+', '+', '#', ':', '.');

    private final char horizontal;
    private final char vertical;
    private final char topLeft;
    private final char topMiddle;
    private final char topRight;
    private final char bottomLeft;
    private final char bottomMiddle;
    private final char bottomRight;
    private final char full;
    private final char half;
    private final char light;

    Glyphs(
            char horizontal,
            char vertical,
            char topLeft,
            char topMiddle,
            char topRight,
            char bottomLeft,
            char bottomMiddle,
            char bottomRight,
            char full,
            char half,
            char light) {
        this.horizontal = horizontal;
        this.vertical = vertical;
        this.topLeft = topLeft;
        this.topMiddle = topMiddle;
        this.topRight = topRight;
        this.bottomLeft = bottomLeft;
        this.bottomMiddle = bottomMiddle;
        this.bottomRight = bottomRight;
        this.full = full;
        this.half = half;
        this.light = light;
    }

    /**
     * The set for an environment: UTF-8 if the first of LC_ALL, LC_CTYPE and LANG that is set says so. The program's launcher sets
     * LC_ALL for the names of files, and keeps in RESCUEKEY_LOCALE what the user had.
     */
    public static Glyphs of(Map<String, String> environment) {
        for (String name : new String[] {"RESCUEKEY_LOCALE", "LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                String charset = value.toUpperCase(Locale.ROOT).replace("-", "");
                return charset.endsWith("UTF8") || charset.contains("UTF8@") ? UNICODE : ASCII;
            }
        }
        return ASCII;
    }

    char horizontal() {
        return horizontal;
    }

    char vertical() {
        return vertical;
    }

    char topLeft() {
        return topLeft;
    }

    char topMiddle() {
        return topMiddle;
    }

    char topRight() {
        return topRight;
    }

    char bottomLeft() {
        return bottomLeft;
    }

    char bottomMiddle() {
        return bottomMiddle;
    }

    char bottomRight() {
        return bottomRight;
    }

    char full() {
        return full;
    }

    char half() {
        return half;
    }

    char light() {
        return light;
    }

    /** A text in the characters that the line can carry. */
    String shown(String text) {
        if (this == UNICODE) {
            return text;
        }
        StringBuilder ascii = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            ascii.append(c < 0x7F ? String.valueOf(c) : "?".repeat(Text.width(c)));
        }
        return ascii.toString();
    }
}
