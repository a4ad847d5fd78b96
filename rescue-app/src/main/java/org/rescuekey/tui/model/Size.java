package org.rescuekey.tui.model;

/**
 * The terminal's size in characters.
 *
 * @param columns at least 1
 * @param rows at least 1
 */
public record Size(int columns, int rows) {
    /** What a terminal has that cannot say its size, such as a serial line; enough for every screen. */
    public static final Size STANDARD = new Size(80, 24);

    /** The rows taken by the title above and by the notice and the keys below, with a blank one beside each. */
    private static final int FRAME_ROWS = 4;

    private static final int MARGIN_COLUMNS = 4;

    public Size {
        columns = Math.max(1, columns);
        rows = Math.max(1, rows);
    }

    /** The rows between title and notice. */
    public int bodyRows() {
        return Math.max(1, rows - FRAME_ROWS);
    }

    /** The columns between the margins. */
    public int bodyColumns() {
        return Math.max(1, columns - MARGIN_COLUMNS);
    }
}
