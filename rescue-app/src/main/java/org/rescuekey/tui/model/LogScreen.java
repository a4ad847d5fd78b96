package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.tui.keys.Binding;

/**
 * What happened in this session, the newest last.
 *
 * @param top the first line in sight
 */
public record LogScreen(int top) implements Screen {
    static Model open(Model model) {
        int lines = text(model).size();
        return model.push(new LogScreen(Math.max(0, lines - model.size().bodyRows())));
    }

    @Override
    public String title() {
        return "Log";
    }

    @Override
    public String about() {
        return "What happened since Rescue Key started, the newest at the end. Times are in UTC.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        return Bindings.scroll(List.of(Bindings.BACK), model, text(model));
    }

    private static List<Line> text(Model model) {
        return Documents.log(model.log(), model.size().bodyColumns());
    }

    @Override
    public Turn act(Model model, Action action) {
        if (action == Action.BACK) {
            return Turn.of(model.pop());
        }
        int lines = text(model).size();
        return Turn.of(model.replaceTop(
                new LogScreen(Bindings.scrolled(action, top, lines, model.size().bodyRows()))));
    }
}
