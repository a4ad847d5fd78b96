package org.rescuekey.engine;

import java.util.Locale;

/**
 * Text that becomes HTML and SVG which is well-formed XML, too. What comes from disks goes through {@link #text}, so that none
 * of it is ever an element, ends an attribute, or turns the direction in which the page is read.
 */
final class Markup {
    private static final char REPLACEMENT = '\uFFFD';

    private final StringBuilder out = new StringBuilder();

    /** Adds markup as it is: only for what this program itself says. */
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    /** The same with numbers in it. */
    @SuppressWarnings("AnnotateFormatMethod")
    Markup raw(String format, Object... numbers) {
        out.append(String.format(Locale.ROOT, format, numbers));
        return this;
    }

    /** Adds a text of any origin. */
    Markup text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** Adds an element with a text of any origin in it. */
    Markup element(String name, String text) {
        return raw("<" + name + ">").text(text).raw("</" + name + ">");
    }

    /** What a text is inside an element or an attribute. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isHarmless(point) ? point : REPLACEMENT);
            }
        });
        return escaped.toString();
    }

    /** No control characters, no halves of pairs, none that XML forbids, and none that turn the text around. */
    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL -> point == '\n' || point == '\t';
            case Character.SURROGATE, Character.FORMAT -> false;
            default -> point != 0xFFFE && point != 0xFFFF;
        };
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
