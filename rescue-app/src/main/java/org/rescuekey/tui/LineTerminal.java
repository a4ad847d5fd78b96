package org.rescuekey.tui;

import com.googlecode.lanterna.SGR;
import com.googlecode.lanterna.TerminalPosition;
import com.googlecode.lanterna.TerminalSize;
import com.googlecode.lanterna.TextColor;
import com.googlecode.lanterna.input.KeyStroke;
import com.googlecode.lanterna.terminal.AbstractTerminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rescuekey.tui.model.Size;

/**
 * A Lanterna terminal on a {@link TerminalLine}. Lanterna's own ones call stty and ask the terminal for its size in the
 * middle of drawing, whose answer can be taken for another; this one is told its size, and gives no input. Used by the
 * drawing thread alone.
 */
final class LineTerminal extends AbstractTerminal {
    private static final String CSI = "\u001B[";

    private final TerminalLine line;
    private final Charset charset;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private TerminalSize size;

    LineTerminal(TerminalLine line, Charset charset, Size size) {
        this.line = line;
        this.charset = charset;
        this.size = new TerminalSize(size.columns(), size.rows());
    }

    /** Tells Lanterna of a new size. */
    void resize(Size now) {
        size = new TerminalSize(now.columns(), now.rows());
        onResized(size);
    }

    @Override
    public TerminalSize getTerminalSize() {
        return size;
    }

    /** The other screen where there is one, no cursor, and no wrapping: the last column of the last row is drawn too. */
    @Override
    public void enterPrivateMode() throws IOException {
        send(CSI + "?1049h" + CSI + "?7l" + CSI + "?25l" + CSI + "0m" + CSI + "2J" + CSI + "H");
        flush();
    }

    @Override
    public void exitPrivateMode() throws IOException {
        send(CSI + "0m" + CSI + "2J" + CSI + "H" + CSI + "?7h" + CSI + "?25h" + CSI + "?1049l");
        flush();
    }

    @Override
    public void clearScreen() {
        send(CSI + "2J");
    }

    @Override
    public void setCursorPosition(int column, int row) {
        send(CSI + (row + 1) + ";" + (column + 1) + "H");
    }

    @Override
    public void setCursorPosition(TerminalPosition position) {
        setCursorPosition(position.getColumn(), position.getRow());
    }

    @Override
    public TerminalPosition getCursorPosition() {
        return TerminalPosition.TOP_LEFT_CORNER;
    }

    @Override
    public void setCursorVisible(boolean visible) {
        send(CSI + (visible ? "?25h" : "?25l"));
    }

    @Override
    public void putCharacter(char character) {
        putString(String.valueOf(character));
    }

    @Override
    public void putString(String text) {
        pending.writeBytes(text.getBytes(charset));
    }

    @Override
    public void enableSGR(SGR attribute) {
        send(CSI + code(attribute, true) + "m");
    }

    @Override
    public void disableSGR(SGR attribute) {
        send(CSI + code(attribute, false) + "m");
    }

    private static int code(SGR attribute, boolean on) {
        return switch (attribute) {
            case BOLD -> on ? 1 : 22;
            case ITALIC -> on ? 3 : 23;
            case UNDERLINE -> on ? 4 : 24;
            case BLINK -> on ? 5 : 25;
            case REVERSE -> on ? 7 : 27;
            default -> 0;
        };
    }

    @Override
    public void resetColorAndSGR() {
        send(CSI + "0m");
    }

    @Override
    public void setForegroundColor(TextColor color) {
        colour(color.getForegroundSGRSequence());
    }

    @Override
    public void setBackgroundColor(TextColor color) {
        colour(color.getBackgroundSGRSequence());
    }

    private void colour(byte[] sequence) {
        send(CSI);
        pending.writeBytes(sequence);
        send("m");
    }

    @Override
    public byte[] enquireTerminal(int timeout, TimeUnit unit) {
        return new byte[0];
    }

    @Override
    public void bell() {
        send("\u0007");
    }

    @Override
    public void flush() throws IOException {
        byte[] bytes = pending.toByteArray();
        pending.reset();
        line.write(bytes);
    }

    @Override
    public void close() {}

    /** Keys come by another way. */
    @Override
    @SuppressWarnings("NullAway") // Lanterna's contract: null means that there is no input
    public @Nullable KeyStroke pollInput() {
        return null;
    }

    @Override
    public KeyStroke readInput() {
        throw new UnsupportedOperationException("keys are read from the line");
    }

    private void send(String sequence) {
        pending.writeBytes(sequence.getBytes(StandardCharsets.US_ASCII));
    }
}
