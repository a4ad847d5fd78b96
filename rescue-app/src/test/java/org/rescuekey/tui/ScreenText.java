package org.rescuekey.tui;

import com.googlecode.lanterna.TerminalSize;
import com.googlecode.lanterna.TextCharacter;
import com.googlecode.lanterna.screen.Screen.RefreshType;
import com.googlecode.lanterna.screen.TerminalScreen;
import com.googlecode.lanterna.terminal.virtual.DefaultVirtualTerminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.view.Look;
import org.rescuekey.tui.view.View;

/** Draws a model on a virtual terminal and reads the characters back. */
public final class ScreenText {
    private ScreenText() {}

    /** The screen as text, a line a row, without the blanks at the ends of rows. */
    public static String of(Model model, Look look) {
        TerminalSize size =
                new TerminalSize(model.size().columns(), model.size().rows());
        DefaultVirtualTerminal terminal = new DefaultVirtualTerminal(size);
        try (TerminalScreen screen = new TerminalScreen(terminal)) {
            screen.startScreen();
            View.draw(screen.newTextGraphics(), model, look);
            screen.refresh(RefreshType.COMPLETE);
            StringBuilder text = new StringBuilder();
            for (int row = 0; row < size.getRows(); row++) {
                StringBuilder line = new StringBuilder();
                for (int column = 0; column < size.getColumns(); column++) {
                    TextCharacter character = terminal.getCharacter(column, row);
                    line.append(character.getCharacterString());
                    column += character.isDoubleWidth() ? 1 : 0;
                }
                text.append(line.toString().stripTrailing()).append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
