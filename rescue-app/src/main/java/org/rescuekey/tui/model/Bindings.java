package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.keys.Key.Kind;

/** The bindings that screens share, so that one key means one thing everywhere. */
public final class Bindings {
    static final Binding<Action> BACK = Binding.of(
            Action.BACK, "Back", "Goes back to the screen before, without doing anything.", Key.of(Kind.ESCAPE));
    static final Binding<Action> HELP =
            Binding.of(Action.HELP, "Help", "Shows the keys of the screen you are on.", Key.of(Kind.F1), Key.of('?'));
    static final Binding<Action> REPAINT = Binding.of(
                    Action.REPAINT, "Repaint", "Draws the screen anew.", Key.of(Kind.CTRL_L))
            .quiet();
    static final Binding<Action> LOG =
            Binding.of(Action.LOG, "Log", "Shows what happened in this session.", Key.of('l'));
    static final Binding<Action> LOOK_AGAIN = Binding.of(
            Action.LOOK_AGAIN,
            "Look again",
            "Looks at the machine again, for example after plugging in a disk.",
            Key.of('u'),
            Key.of(Kind.F5));

    private static final Binding<Action> UP = Binding.of(Action.UP, "Up", "Moves to the line above.", Key.of(Kind.UP))
            .quiet();
    private static final Binding<Action> DOWN = Binding.of(
                    Action.DOWN, "Down", "Moves to the line below.", Key.of(Kind.DOWN), Key.of(Kind.TAB))
            .quiet();
    private static final Binding<Action> FIRST = Binding.of(
                    Action.FIRST, "First", "Moves to the first line.", Key.of(Kind.HOME))
            .quiet();
    private static final Binding<Action> LAST = Binding.of(
                    Action.LAST, "Last", "Moves to the last line.", Key.of(Kind.END))
            .quiet();

    private static final Binding<Action> MORE =
            Binding.of(Action.PAGE_DOWN, "More", "Shows the next page.", Key.of(Kind.PAGE_DOWN), Key.of(' '));
    private static final Binding<Action> PAGE_UP = Binding.of(
                    Action.PAGE_UP, "Page up", "Shows the page before.", Key.of(Kind.PAGE_UP), Key.of('-'))
            .quiet();

    private Bindings() {}

    /** All that works on a model's screen now, in the order of the key bar. */
    public static List<Binding<Action>> of(Model model) {
        boolean takesText = model.screen().takesText();
        List<Binding<Action>> all = new ArrayList<>(model.screen().bindings(model));
        if (!(model.screen() instanceof HelpScreen)) {
            all.add(takesText ? Binding.of(Action.HELP, "Help", HELP.help(), Key.of(Kind.F1)) : HELP);
        }
        all.add(REPAINT);
        return List.copyOf(all);
    }

    static Binding<Action> enter(String label, String help) {
        return Binding.of(Action.CHOOSE, label, help, Key.of(Kind.ENTER));
    }

    /** Does what an action means on a model's screen; says why if it is disabled. */
    static Turn perform(Model model, Action action) {
        return of(model).stream()
                .filter(binding -> binding.action() == action)
                .findFirst()
                .map(binding -> binding.isDisabled()
                        ? Turn.of(model.withNotice(binding.disabledReason()))
                        : model.screen().act(model, action))
                .orElse(Turn.of(model));
    }

    /** Some bindings, and the keys that move in a list. */
    static List<Binding<Action>> list(List<Binding<Action>> before) {
        return Stream.concat(before.stream(), Stream.of(UP, DOWN, FIRST, LAST)).toList();
    }

    /** Some bindings, and the keys that move in a list that may be long. */
    static List<Binding<Action>> pages(List<Binding<Action>> before) {
        return Stream.concat(before.stream(), Stream.of(MORE.quiet(), PAGE_UP, UP, DOWN, FIRST, LAST))
                .toList();
    }

    /** Some bindings, and the keys that move in a text; the key bar shows them if there is more than one page. */
    static List<Binding<Action>> scroll(List<Binding<Action>> before, Model model, List<Line> text) {
        boolean all = text.size() <= model.size().bodyRows();
        return Stream.concat(before.stream(), Stream.of(all ? MORE.quiet() : MORE, PAGE_UP, UP, DOWN, FIRST, LAST))
                .toList();
    }

    /** The place in a list of so many lines after a key that moves in it. */
    static int move(Action action, int selected, int count) {
        int moved =
                switch (action) {
                    case UP -> selected - 1;
                    case DOWN -> selected + 1;
                    case FIRST -> 0;
                    case LAST -> count - 1;
                    default -> selected;
                };
        return Math.clamp(moved, 0, Math.max(0, count - 1));
    }

    /** The first line in sight of a text of so many lines after a key that moves in it. */
    static int scrolled(Action action, int top, int lines, int rows) {
        int moved =
                switch (action) {
                    case UP -> top - 1;
                    case DOWN -> top + 1;
                    case PAGE_UP -> top - Math.max(1, rows - 1);
                    case PAGE_DOWN -> top + Math.max(1, rows - 1);
                    case FIRST -> 0;
                    case LAST -> lines;
                    default -> top;
                };
        return Math.clamp(moved, 0, Math.max(0, lines - rows));
    }
}
