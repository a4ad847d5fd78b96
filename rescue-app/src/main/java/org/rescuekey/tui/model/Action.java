package org.rescuekey.tui.model;

/** What a key can mean; a screen gives a meaning to those that its bindings name. */
public enum Action {
    BACK,
    CHOOSE,
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    FIRST,
    LAST,
    TOGGLE,
    TOGGLE_ALL,
    TOGGLE_EXACT,
    NEXT_KIND,
    TOGGLE_ENCRYPT,
    NEXT_SET,
    ERASE,
    LOOK_AGAIN,
    HELP,
    REPAINT,
    BACK_UP,
    RESTORE,
    VERIFY,
    LOG,
    SHELL,
    POWER,
    QUIT,
    SHOW_JOB,
    PAUSE,
    CANCEL,
    CONFIRM_CANCEL
}
