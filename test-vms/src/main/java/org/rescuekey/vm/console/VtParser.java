package org.rescuekey.vm.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads what a program writes to a terminal (VT100 to VT220, and what Linux and xterm add of common use) and
 * carries it out on a {@link VtScreen}. Unknown sequences are skipped whole. Not thread-safe.
 */
final class VtParser {
    private enum State {
        TEXT,
        ESCAPE,
        CHARSET_G0,
        CHARSET_G1,
        SKIP_ONE,
        CONTROL,
        STRING,
        STRING_ESCAPE
    }

    private static final int ESC = 0x1B;
    private static final int PARAMETERS_LIMIT = 32;
    /** The DEC special graphics set from 0x60 on: lines and corners. */
    private static final String GRAPHICS = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

    private final VtScreen screen;
    private final Consumer<String> reply;
    private final StringBuilder printed;
    private final List<Integer> parameters = new ArrayList<>();
    private State state = State.TEXT;
    private int number = -1;
    private boolean isPrivate;
    private boolean graphicsG0;
    private boolean graphicsG1;
    private boolean shifted;
    private int last = ' ';

    /**
     * @param reply takes the terminal's answers to questions
     * @param printed takes every character shown and every line feed, without any control: a shell's plain text
     */
    VtParser(VtScreen screen, Consumer<String> reply, StringBuilder printed) {
        this.screen = screen;
        this.reply = reply;
        this.printed = printed;
    }

    void feed(int codePoint) {
        switch (state) {
            case TEXT -> text(codePoint);
            case ESCAPE -> escape(codePoint);
            case CHARSET_G0 -> {
                graphicsG0 = codePoint == '0';
                state = State.TEXT;
            }
            case CHARSET_G1 -> {
                graphicsG1 = codePoint == '0';
                state = State.TEXT;
            }
            case SKIP_ONE -> state = State.TEXT;
            case CONTROL -> control(codePoint);
            case STRING -> {
                if (codePoint == 0x07) {
                    state = State.TEXT;
                } else if (codePoint == ESC) {
                    state = State.STRING_ESCAPE;
                }
            }
            case STRING_ESCAPE -> state = codePoint == '\\' ? State.TEXT : State.STRING;
        }
    }

    private void text(int codePoint) {
        switch (codePoint) {
            case ESC -> state = State.ESCAPE;
            case '\r' -> screen.carriageReturn();
            case '\n', 0x0B, 0x0C -> {
                printed.append('\n');
                screen.lineFeed();
            }
            case '\b' -> screen.backspace();
            case '\t' -> {
                printed.append('\t');
                screen.tab();
            }
            case 0x0E -> shifted = true;
            case 0x0F -> shifted = false;
            default -> {
                if (codePoint >= ' ' && codePoint != 0x7F) {
                    show(codePoint);
                }
            }
        }
    }

    private void show(int codePoint) {
        boolean graphics = shifted ? graphicsG1 : graphicsG0;
        int shown = graphics && codePoint >= 0x60 && codePoint < 0x60 + GRAPHICS.length()
                ? GRAPHICS.charAt(codePoint - 0x60)
                : codePoint;
        last = shown;
        printed.appendCodePoint(shown);
        screen.put(shown);
    }

    private void escape(int codePoint) {
        state = State.TEXT;
        switch (codePoint) {
            case '[' -> {
                parameters.clear();
                number = -1;
                isPrivate = false;
                state = State.CONTROL;
            }
            case ']', 'P', '_', '^' -> state = State.STRING;
            case '(' -> state = State.CHARSET_G0;
            case ')' -> state = State.CHARSET_G1;
            case '*', '+', '#', '%', ' ' -> state = State.SKIP_ONE;
            case '7' -> screen.saveCursor();
            case '8' -> screen.restoreCursor();
            case 'D' -> screen.lineFeed();
            case 'E' -> {
                screen.carriageReturn();
                screen.lineFeed();
            }
            case 'M' -> screen.reverseLineFeed();
            case 'c' -> screen.reset();
            default -> {
                /* a sequence without effect on what is seen */
            }
        }
    }

    private void control(int codePoint) {
        if (codePoint >= '0' && codePoint <= '9') {
            number = Math.min(9999, Math.max(number, 0) * 10 + codePoint - '0');
        } else if (codePoint == ';' || codePoint == ':') {
            endParameter();
        } else if (codePoint >= '<' && codePoint <= '?') {
            isPrivate = true;
        } else if (codePoint >= 0x40 && codePoint <= 0x7E) {
            endParameter();
            state = State.TEXT;
            if (isPrivate) {
                mode(codePoint);
            } else {
                sequence(codePoint);
            }
        } else if (codePoint == ESC) {
            state = State.ESCAPE;
        } else if (codePoint < ' ') {
            text(codePoint);
        }
    }

    private void endParameter() {
        if (parameters.size() < PARAMETERS_LIMIT) {
            parameters.add(number);
        }
        number = -1;
    }

    private int parameter(int index, int standard) {
        int value = index < parameters.size() ? parameters.get(index) : -1;
        return value < 0 ? standard : value;
    }

    private int count() {
        return Math.max(1, parameter(0, 1));
    }

    private void mode(int codePoint) {
        boolean on = codePoint == 'h';
        if (on || codePoint == 'l') {
            if (parameters.contains(7)) {
                screen.autoWrap(on);
            }
            if (parameters.contains(1049) || parameters.contains(47)) {
                screen.eraseScreen(2);
            }
        }
    }

    private void sequence(int codePoint) {
        switch (codePoint) {
            case 'A' -> screen.moveBy(-count(), 0);
            case 'B', 'e' -> screen.moveBy(count(), 0);
            case 'C', 'a' -> screen.moveBy(0, count());
            case 'D' -> screen.moveBy(0, -count());
            case 'E' -> screen.moveTo(screen.row() + count(), 0);
            case 'F' -> screen.moveTo(screen.row() - count(), 0);
            case 'G', '`' -> screen.moveTo(screen.row(), count() - 1);
            case 'd' -> screen.moveTo(count() - 1, screen.column());
            case 'H', 'f' -> screen.moveTo(count() - 1, Math.max(1, parameter(1, 1)) - 1);
            case 'J' -> screen.eraseScreen(parameter(0, 0));
            case 'K' -> screen.eraseLine(parameter(0, 0));
            case 'L' -> screen.insertLines(count());
            case 'M' -> screen.deleteLines(count());
            case 'P' -> screen.deleteCharacters(count());
            case '@' -> screen.insertCharacters(count());
            case 'X' -> screen.eraseCharacters(count());
            case 'S' -> screen.scrollUp(count());
            case 'T' -> screen.scrollDown(count());
            case 'b' -> repeat(count());
            case 'r' -> screen.scrollRegion(count() - 1, parameter(1, screen.rows()) - 1);
            case 's' -> screen.saveCursor();
            case 'u' -> screen.restoreCursor();
            case 'm' -> VtStyles.apply(parameters, screen);
            case 'n' -> report(parameter(0, 0));
            case 'c' -> reply.accept("\u001b[?62;c");
            default -> {
                /* a sequence without effect on what is seen */
            }
        }
    }

    private void repeat(int times) {
        for (int i = 0; i < Math.min(times, screen.columns()); i++) {
            screen.put(last);
        }
    }

    private void report(int question) {
        if (question == 5) {
            reply.accept("\u001b[0n");
        } else if (question == 6) {
            reply.accept("\u001b[%d;%dR".formatted(screen.row() + 1, screen.column() + 1));
        }
    }
}
