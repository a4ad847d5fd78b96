package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * The help of the screen below it: what it is for and all its keys.
 *
 * @param top the first line in sight
 */
public record HelpScreen(int top) implements Screen {
    @Override
    public String title() {
        return "Help";
    }

    @Override
    public String about() {
        return "All keys of the screen that you came from.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        return Bindings.scroll(
                List.of(Binding.of(
                        Action.BACK,
                        "Back",
                        "Goes back to where you were.",
                        Key.of(Key.Kind.ESCAPE),
                        Key.of(Key.Kind.ENTER),
                        Key.of(Key.Kind.F1))),
                model,
                Documents.help(model, model.size().bodyColumns()));
    }

    @Override
    public Turn act(Model model, Action action) {
        if (action == Action.BACK) {
            return Turn.of(model.pop());
        }
        int lines = Documents.help(model, model.size().bodyColumns()).size();
        return Turn.of(model.replaceTop(new HelpScreen(
                Bindings.scrolled(action, top, lines, model.size().bodyRows()))));
    }
}
