package org.rescuekey.partition;

import org.rescuekey.error.MalformedDataException;

/** Walks over a text of lines "key value" and knows where it stands. Not for use by several threads. */
final class TextLines {
    private final String text;
    private int lineAt;
    private int nextAt;

    TextLines(String text) {
        this.text = text;
    }

    /** Tells whether the next line has this key. */
    boolean next(String key) {
        return text.startsWith(key + " ", nextAt);
    }

    /** Takes the next line, which must have this key, and returns what follows it. */
    String value(String key) throws MalformedDataException {
        lineAt = nextAt;
        int end = text.indexOf('\n', nextAt);
        if (!next(key) || end < 0) {
            throw malformed("a line \"" + key + " ...\"", end < 0 ? "the end" : "another line");
        }
        nextAt = end + 1;
        return text.substring(lineAt + key.length() + 1, end);
    }

    long number(String key) throws MalformedDataException {
        return parseNumber(value(key));
    }

    /** A decimal number that is not negative. */
    long parseNumber(String digits) throws MalformedDataException {
        try {
            long number = Long.parseLong(digits);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as for a negative number
        }
        throw malformed("a number", abbreviated(digits));
    }

    /** Where the line that was taken last begins. */
    int offset() {
        return lineAt;
    }

    void expectEnd() throws MalformedDataException {
        lineAt = nextAt;
        if (nextAt != text.length()) {
            throw malformed("the end", "another line");
        }
    }

    /** What is wrong with the line that was taken last. */
    MalformedDataException malformed(String expected, String actual) {
        return new MalformedDataException("partition table text", lineAt, expected, actual);
    }

    static String abbreviated(String value) {
        return "\"" + (value.length() > 40 ? value.substring(0, 40) + "..." : value) + "\"";
    }
}
