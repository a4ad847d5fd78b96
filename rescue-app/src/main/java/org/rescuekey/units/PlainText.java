package org.rescuekey.units;

/**
 * Text of any origin, such as the label of a volume, made safe to be shown and saved: nothing in it begins a line, steers a
 * terminal, turns the direction in which it is read, or is half of a character. Pure.
 */
public final class PlainText {
    private PlainText() {}

    /** The text with a question mark for each character that does more than stand there. */
    public static String of(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    /** The same of its first characters. */
    public static String of(String text, int mostCharacters) {
        StringBuilder plain = new StringBuilder(Math.min(text.length(), mostCharacters));
        text.codePoints().limit(mostCharacters).forEach(point -> plain.appendCodePoint(isPlain(point) ? point : '?'));
        return plain.toString();
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
