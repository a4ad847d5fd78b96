package org.rescuekey.filesystem.lvm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.filesystem.lvm.LvmValue.Section;

/**
 * Parses the text that describes a volume group: {@code name = value} and {@code name { ... }}, where a value is a
 * text in quotes, a whole number or an array of these; what follows a hash sign is a comment. The depth of sections and
 * the number of values are bounded; nothing recurs. For one use, by one thread.
 */
final class LvmText {
    static final int MAX_DEPTH = 8;
    static final int MAX_VALUES = 1 << 17;

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");
    private static final String ENDS_OF_WORDS = " \t\r\n={}[],#\"";

    private final String text;
    private int position;
    private int values;

    private LvmText(String text) {
        this.text = text;
    }

    /** @param text up to its end or its first zero byte */
    static Section parse(String text) throws MalformedDataException {
        return new LvmText(text).root();
    }

    private Section root() throws MalformedDataException {
        Section root = new Section(new LinkedHashMap<>());
        Deque<Section> open = new ArrayDeque<>();
        open.push(root);
        while (true) {
            char next = peek();
            if (next == 0) {
                check(open.size() == 1, "the end of a section");
                return root;
            }
            if (next == '}') {
                check(open.size() > 1, "a name");
                position++;
                open.pop();
                continue;
            }
            String name = word();
            LvmValue value;
            if (peek() == '{') {
                position++;
                check(open.size() < MAX_DEPTH, "at most " + MAX_DEPTH + " sections in each other");
                value = new Section(new LinkedHashMap<>());
            } else {
                take('=');
                value = peek() == '[' ? array() : scalar();
            }
            count();
            check(open.element().entries().putIfAbsent(name, value) == null, "another name than " + name);
            if (value instanceof Section section) {
                open.push(section);
            }
        }
    }

    private LvmValue array() throws MalformedDataException {
        position++;
        List<LvmValue> all = new ArrayList<>();
        while (peek() != ']') {
            if (!all.isEmpty()) {
                take(',');
            }
            all.add(scalar());
            count();
        }
        position++;
        return new LvmValue.Array(all);
    }

    private LvmValue scalar() throws MalformedDataException {
        if (peek() == '"') {
            return new LvmValue.Text(quoted());
        }
        String word = word();
        check(NUMBER.matcher(word).matches(), "a number");
        return new LvmValue.Whole(Long.parseLong(word));
    }

    private String quoted() throws MalformedDataException {
        StringBuilder content = new StringBuilder();
        position++;
        while (true) {
            check(position < text.length() && text.charAt(position) != 0, "the end of a text in quotes");
            char next = text.charAt(position++);
            if (next == '"') {
                return content.toString();
            }
            if (next == '\\') {
                check(position < text.length() && text.charAt(position) != 0, "a character after a backslash");
                next = text.charAt(position++);
            }
            content.append(next);
        }
    }

    private String word() throws MalformedDataException {
        int start = position;
        while (position < text.length()
                && text.charAt(position) > 0
                && ENDS_OF_WORDS.indexOf(text.charAt(position)) < 0) {
            position++;
        }
        check(position > start, "a word");
        return text.substring(start, position);
    }

    private void take(char expected) throws MalformedDataException {
        check(peek() == expected, "the character " + expected);
        position++;
    }

    /** The next character that is neither space nor comment; 0 at the end. */
    private char peek() {
        while (position < text.length()) {
            char next = text.charAt(position);
            if (next == '#') {
                int end = text.indexOf('\n', position);
                position = end < 0 ? text.length() : end;
            } else if (next == ' ' || next == '\t' || next == '\r' || next == '\n') {
                position++;
            } else {
                return next;
            }
        }
        return 0;
    }

    private void count() throws MalformedDataException {
        values++;
        check(values <= MAX_VALUES, "at most " + MAX_VALUES + " values");
    }

    private void check(boolean valid, String expected) throws MalformedDataException {
        if (!valid) {
            String actual = position < text.length() ? "character " + (int) text.charAt(position) : "the end";
            throw new MalformedDataException("LVM metadata text", position, expected, actual);
        }
    }
}
