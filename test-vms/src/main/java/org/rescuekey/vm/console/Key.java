package org.rescuekey.vm.console;

/** A key that is no character, as a terminal sends it. */
public enum Key {
    ENTER("\r"),
    ESCAPE("\u001b"),
    TAB("\t"),
    BACKSPACE("\u007f"),
    UP("\u001b[A"),
    DOWN("\u001b[B"),
    RIGHT("\u001b[C"),
    LEFT("\u001b[D"),
    HOME("\u001b[1~"),
    END("\u001b[4~"),
    PAGE_UP("\u001b[5~"),
    PAGE_DOWN("\u001b[6~"),
    F1("\u001bOP"),
    F5("\u001b[15~"),
    F10("\u001b[21~"),
    CONTROL_C("\u0003"),
    CONTROL_D("\u0004"),
    CONTROL_L("\u000c");

    private final String bytes;

    Key(String bytes) {
        this.bytes = bytes;
    }

    String bytes() {
        return bytes;
    }
}
