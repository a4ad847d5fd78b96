package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.tui.keys.Binding;

/**
 * A safe "no", or an error before anything was written.
 *
 * @param heading "Refused", or what else it was
 * @param reason why, a sentence
 * @param remedy what to do, a sentence; may be empty
 */
public record RefusalScreen(String heading, String reason, String remedy) implements Screen {
    @Override
    public String title() {
        return heading;
    }

    @Override
    public String about() {
        return "What you asked for cannot be done safely, or did not work. Nothing was written. The screen says why,"
                + " and what you can do.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        return List.of(Bindings.enter("Choose differently", "Goes back to the choice before."), Bindings.BACK);
    }

    @Override
    public Turn act(Model model, Action action) {
        return Turn.of(model.pop());
    }
}
