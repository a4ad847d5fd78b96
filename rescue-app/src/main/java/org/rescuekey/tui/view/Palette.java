package org.rescuekey.tui.view;

import com.googlecode.lanterna.SGR;
import com.googlecode.lanterna.TextColor;
import com.googlecode.lanterna.TextColor.ANSI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.rescuekey.tui.model.Tone;

/** How each tone looks: in the 16 colours that every terminal has, or in none. */
public enum Palette {
    /** For terminals that show dark grey as grey. */
    COLOUR,
    /** For the console, where dark grey may be black. */
    CONSOLE,
    MONOCHROME;

    /** A look: colours and attributes. */
    record Style(TextColor foreground, TextColor background, EnumSet<SGR> attributes) {}

    /** No colour on a VT100, or where the user wants none. */
    public static Palette of(Map<String, String> environment) {
        String term = environment.getOrDefault("TERM", "");
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty() || term.startsWith("vt1") || term.equals("dumb")) {
            return MONOCHROME;
        }
        boolean rich = term.startsWith("xterm") || term.startsWith("screen") || term.startsWith("tmux");
        return rich ? COLOUR : CONSOLE;
    }

    Style style(Tone tone) {
        return this == MONOCHROME ? monochrome(tone) : coloured(tone);
    }

    private Style coloured(Tone tone) {
        return switch (tone) {
            case PLAIN -> style(ANSI.WHITE, ANSI.BLACK);
            case STRONG -> style(ANSI.WHITE_BRIGHT, ANSI.BLACK, SGR.BOLD);
            case DIM -> style(this == COLOUR ? ANSI.BLACK_BRIGHT : ANSI.WHITE, ANSI.BLACK);
            case ACCENT -> style(ANSI.CYAN_BRIGHT, ANSI.BLACK);
            case BAR -> style(ANSI.CYAN, ANSI.BLACK);
            case LOSS -> style(ANSI.RED_BRIGHT, ANSI.BLACK);
            case WARNING -> style(ANSI.YELLOW_BRIGHT, ANSI.BLACK);
            case GOOD -> style(ANSI.GREEN_BRIGHT, ANSI.BLACK);
            case SELECTED -> style(ANSI.BLACK, ANSI.CYAN);
            case TITLE -> style(ANSI.WHITE_BRIGHT, ANSI.BLUE, SGR.BOLD);
        };
    }

    private static Style monochrome(Tone tone) {
        return switch (tone) {
            case STRONG, ACCENT, LOSS, WARNING, GOOD -> style(ANSI.DEFAULT, ANSI.DEFAULT, SGR.BOLD);
            case SELECTED, TITLE -> style(ANSI.DEFAULT, ANSI.DEFAULT, SGR.REVERSE);
            case PLAIN, DIM, BAR -> style(ANSI.DEFAULT, ANSI.DEFAULT);
        };
    }

    private static Style style(TextColor foreground, TextColor background, SGR... attributes) {
        EnumSet<SGR> set = EnumSet.noneOf(SGR.class);
        set.addAll(List.of(attributes));
        return new Style(foreground, background, set);
    }
}
