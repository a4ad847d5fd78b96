package org.rescuekey.tui.model;

/** What a piece of text means; the view chooses colours for it. No tone says anything that the words do not. */
public enum Tone {
    PLAIN,
    /** Headings and what matters most. */
    STRONG,
    /** Beside the point: explanations, what cannot be chosen. */
    DIM,
    /** Names of keys and letters to press. */
    ACCENT,
    /** Bars and graphs. */
    BAR,
    LOSS,
    WARNING,
    GOOD,
    /** The line that Enter acts on. */
    SELECTED,
    TITLE
}
