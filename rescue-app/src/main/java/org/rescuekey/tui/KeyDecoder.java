package org.rescuekey.tui;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.keys.Key.Kind;

/**
 * Turns the bytes of a keyboard into keys, for the Linux console, the VT100 family and xterm at once. An escape that
 * nothing follows is the Esc key; only time can tell, so the caller says when that time is over. Used by one thread.
 */
final class KeyDecoder {
    private static final int ESCAPE = 0x1B;
    private static final int LONGEST_SEQUENCE = 16;

    /** What follows ESC [, or ESC O; modifiers such as 1;5 before the last character were taken out. */
    private static final Map<String, Kind> SEQUENCES = Map.ofEntries(
            Map.entry("A", Kind.UP),
            Map.entry("B", Kind.DOWN),
            Map.entry("C", Kind.RIGHT),
            Map.entry("D", Kind.LEFT),
            Map.entry("H", Kind.HOME),
            Map.entry("F", Kind.END),
            Map.entry("M", Kind.ENTER),
            Map.entry("P", Kind.F1),
            Map.entry("1~", Kind.HOME),
            Map.entry("7~", Kind.HOME),
            Map.entry("4~", Kind.END),
            Map.entry("8~", Kind.END),
            Map.entry("5~", Kind.PAGE_UP),
            Map.entry("6~", Kind.PAGE_DOWN),
            Map.entry("11~", Kind.F1),
            Map.entry("15~", Kind.F5),
            Map.entry("21~", Kind.F10),
            Map.entry("[A", Kind.F1),
            Map.entry("[E", Kind.F5));

    private final StringBuilder sequence = new StringBuilder();
    private int utf8Missing;
    private int utf8Value;

    /** The keys that are complete with these bytes. */
    List<Key> decode(byte[] bytes, int count) {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            take(bytes[i] & 0xFF, keys);
        }
        return keys;
    }

    /** Something has begun that more bytes may follow. */
    boolean isPending() {
        return !sequence.isEmpty();
    }

    /** Nothing has followed in time: a lone escape is the Esc key, a cut sequence is none. */
    List<Key> flush() {
        boolean lone = sequence.length() == 1;
        boolean pending = isPending();
        sequence.setLength(0);
        return pending ? List.of(Key.of(lone ? Kind.ESCAPE : Kind.OTHER)) : List.of();
    }

    private void take(int value, List<Key> keys) {
        if (sequence.isEmpty()) {
            single(value, keys);
        } else if (sequence.length() == 1) {
            afterEscape(value, keys);
        } else {
            sequence.append((char) value);
            boolean linuxFunctionKey = sequence.length() == 3 && value == '[';
            if (value >= 0x40 && value <= 0x7E && !linuxFunctionKey) {
                keys.add(Key.of(SEQUENCES.getOrDefault(withoutModifiers(), Kind.OTHER)));
                sequence.setLength(0);
            } else if (value < 0x20 || sequence.length() > LONGEST_SEQUENCE) {
                sequence.setLength(0);
                keys.add(Key.of(Kind.OTHER));
            }
        }
    }

    private void afterEscape(int value, List<Key> keys) {
        if (value == '[' || value == 'O') {
            sequence.append((char) value);
            return;
        }
        sequence.setLength(0);
        keys.add(Key.of(Kind.ESCAPE));
        single(value, keys);
    }

    /** "1;5A" is A, "5;2~" is 5~. */
    private String withoutModifiers() {
        String body = sequence.substring(2);
        int modifiers = body.indexOf(';');
        if (modifiers < 0) {
            return body;
        }
        String last = body.substring(body.length() - 1);
        return last.equals("~") ? body.substring(0, modifiers) + last : last;
    }

    private void single(int value, List<Key> keys) {
        if (value >= 0x80) {
            utf8(value, keys);
            return;
        }
        utf8Missing = 0;
        switch (value) {
            case ESCAPE -> sequence.append((char) value);
            case '\r', '\n' -> keys.add(Key.of(Kind.ENTER));
            case '\t' -> keys.add(Key.of(Kind.TAB));
            case 0x7F, 0x08 -> keys.add(Key.of(Kind.BACKSPACE));
            case 0x0C -> keys.add(Key.of(Kind.CTRL_L));
            // Ctrl-C does what a frightened user expects least harm from: it goes back.
            case 0x03 -> keys.add(Key.of(Kind.ESCAPE));
            default -> keys.add(value < 0x20 ? Key.of(Kind.OTHER) : Key.of((char) value));
        }
    }

    private void utf8(int value, List<Key> keys) {
        if (value < 0xC0) {
            if (utf8Missing == 0) {
                return;
            }
            utf8Value = (utf8Value << 6) | (value & 0x3F);
            utf8Missing--;
            if (utf8Missing == 0) {
                boolean surrogate = utf8Value >= 0xD800 && utf8Value <= 0xDFFF;
                boolean one = utf8Value >= 0xA0 && utf8Value <= 0xFFFF && !surrogate;
                keys.add(one ? Key.of((char) utf8Value) : Key.of(Kind.OTHER));
            }
            return;
        }
        utf8Missing = value >= 0xF0 ? 3 : value >= 0xE0 ? 2 : 1;
        utf8Value = value & (0x3F >> utf8Missing);
    }
}
