package org.rescuekey.vm.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A terminal's grid of characters with a cursor, a scroll region and the last attributes: what a person would
 * see. Knows nothing of escape sequences ({@link VtParser} does). Not thread-safe: its owner guards it.
 */
final class VtScreen {
    /** One character and how it is shown. */
    record Cell(int codePoint, Style style) {
        static final Cell BLANK = new Cell(' ', Style.PLAIN);
    }

    /** What "select graphic rendition" can set, as far as a screen's rendering here needs it. */
    record Style(int foreground, int background, boolean bold, boolean reverse) {
        static final int DEFAULT = -1;
        static final Style PLAIN = new Style(DEFAULT, DEFAULT, false, false);
    }

    private final int columns;
    private final int rows;
    private final Cell[][] cells;
    private int row;
    private int column;
    private int top;
    private int bottom;
    private boolean wrapPending;
    private boolean autoWrap = true;
    private Style style = Style.PLAIN;
    private int savedRow;
    private int savedColumn;

    VtScreen(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        this.cells = new Cell[rows][columns];
        reset();
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    int row() {
        return row;
    }

    int column() {
        return column;
    }

    Style style() {
        return style;
    }

    void style(Style value) {
        style = value;
    }

    void autoWrap(boolean value) {
        autoWrap = value;
    }

    Cell cell(int atRow, int atColumn) {
        return cells[atRow][atColumn];
    }

    /** The rows as text, without the blanks at their ends. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(rows);
        for (Cell[] cellRow : cells) {
            StringBuilder line = new StringBuilder(columns);
            for (Cell cell : cellRow) {
                line.appendCodePoint(cell.codePoint());
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    void reset() {
        for (Cell[] cellRow : cells) {
            Arrays.fill(cellRow, Cell.BLANK);
        }
        style = Style.PLAIN;
        autoWrap = true;
        scrollRegion(0, rows - 1);
        saveCursor();
    }

    void put(int codePoint) {
        if (wrapPending && autoWrap) {
            column = 0;
            lineFeed();
        }
        wrapPending = false;
        cells[row][column] = new Cell(codePoint, style);
        if (column == columns - 1) {
            wrapPending = true;
        } else {
            column++;
        }
    }

    void moveTo(int toRow, int toColumn) {
        row = Math.clamp(toRow, 0, rows - 1);
        column = Math.clamp(toColumn, 0, columns - 1);
        wrapPending = false;
    }

    void moveBy(int downRows, int rightColumns) {
        moveTo(row + downRows, column + rightColumns);
    }

    void carriageReturn() {
        moveTo(row, 0);
    }

    void backspace() {
        moveTo(row, column - 1);
    }

    void tab() {
        moveTo(row, (column / 8 + 1) * 8);
    }

    void lineFeed() {
        wrapPending = false;
        if (row == bottom) {
            scrollUp(1);
        } else {
            moveTo(row + 1, column);
        }
    }

    void reverseLineFeed() {
        if (row == top) {
            scrollDown(1);
        } else {
            moveTo(row - 1, column);
        }
    }

    void scrollRegion(int first, int last) {
        if (first < last && last < rows) {
            top = first;
            bottom = last;
            moveTo(0, 0);
        }
    }

    void saveCursor() {
        savedRow = row;
        savedColumn = column;
    }

    void restoreCursor() {
        moveTo(savedRow, savedColumn);
    }

    void scrollUp(int count) {
        removeRows(top, count);
    }

    void scrollDown(int count) {
        insertRows(top, count);
    }

    void insertLines(int count) {
        if (row >= top && row <= bottom) {
            insertRows(row, count);
        }
    }

    void deleteLines(int count) {
        if (row >= top && row <= bottom) {
            removeRows(row, count);
        }
    }

    private void removeRows(int from, int count) {
        wrapPending = false;
        int moved = Math.min(count, bottom - from + 1);
        for (int at = from; at <= bottom; at++) {
            cells[at] = at + moved <= bottom ? cells[at + moved] : blankRow();
        }
    }

    private void insertRows(int from, int count) {
        wrapPending = false;
        int moved = Math.min(count, bottom - from + 1);
        for (int at = bottom; at >= from; at--) {
            cells[at] = at - moved >= from ? cells[at - moved] : blankRow();
        }
    }

    void insertCharacters(int count) {
        wrapPending = false;
        int moved = Math.min(count, columns - column);
        System.arraycopy(cells[row], column, cells[row], column + moved, columns - column - moved);
        Arrays.fill(cells[row], column, column + moved, blank());
    }

    void deleteCharacters(int count) {
        wrapPending = false;
        int moved = Math.min(count, columns - column);
        System.arraycopy(cells[row], column + moved, cells[row], column, columns - column - moved);
        Arrays.fill(cells[row], columns - moved, columns, blank());
    }

    void eraseCharacters(int count) {
        wrapPending = false;
        Arrays.fill(cells[row], column, Math.min(columns, column + count), blank());
    }

    /** 0: from the cursor to the end, 1: from the start to the cursor, 2 and 3: all of the line. */
    void eraseLine(int mode) {
        wrapPending = false;
        int from = mode == 0 ? column : 0;
        int to = mode == 1 ? column + 1 : columns;
        Arrays.fill(cells[row], from, to, blank());
    }

    /** As {@link #eraseLine}, but of the screen. */
    void eraseScreen(int mode) {
        if (mode != 1) {
            fillRows(mode == 0 ? row + 1 : 0, rows);
        }
        if (mode != 0) {
            fillRows(0, mode == 1 ? row : rows);
        }
        if (mode <= 1) {
            eraseLine(mode);
        }
    }

    private void fillRows(int from, int to) {
        for (int at = from; at < to; at++) {
            Arrays.fill(cells[at], blank());
        }
    }

    private Cell[] blankRow() {
        Cell[] blanks = new Cell[columns];
        Arrays.fill(blanks, blank());
        return blanks;
    }

    private Cell blank() {
        return new Cell(' ', new Style(Style.DEFAULT, style.background(), false, false));
    }
}
