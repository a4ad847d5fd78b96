package org.rescuekey.tui.keys;

import java.util.Locale;

/**
 * One key press.
 *
 * @param kind which key
 * @param character what a {@link Kind#CHARACTER} key types, else 0
 */
public record Key(Kind kind, char character) {
    /** The keys that have a meaning; a terminal has more. */
    public enum Kind {
        CHARACTER(""),
        ENTER("Enter"),
        ESCAPE("Esc"),
        UP("Up"),
        DOWN("Down"),
        LEFT("Left"),
        RIGHT("Right"),
        PAGE_UP("PgUp"),
        PAGE_DOWN("PgDn"),
        HOME("Home"),
        END("End"),
        TAB("Tab"),
        BACKSPACE("Backspace"),
        F1("F1"),
        F5("F5"),
        F10("F10"),
        CTRL_L("Ctrl-L"),
        OTHER("");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    public static Key of(char character) {
        return new Key(Kind.CHARACTER, character);
    }

    public static Key of(Kind kind) {
        return new Key(kind, '\0');
    }

    /** What a user calls it: "Enter", "F1", "B". */
    public String label() {
        if (kind != Kind.CHARACTER) {
            return kind.label;
        }
        return character == ' ' ? "Space" : String.valueOf(character).toUpperCase(Locale.ROOT);
    }

    /** A letter means the same with and without shift. */
    public boolean matches(Key pressed) {
        return kind == pressed.kind && Character.toLowerCase(character) == Character.toLowerCase(pressed.character);
    }
}
