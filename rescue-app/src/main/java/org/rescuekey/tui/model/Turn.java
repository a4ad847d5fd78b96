package org.rescuekey.tui.model;

import java.util.List;

/** The result of an update: the new model, and what is to be done outside. */
public record Turn(Model model, List<Cmd> commands) {
    public Turn {
        commands = List.copyOf(commands);
    }

    public static Turn of(Model model, Cmd... commands) {
        return new Turn(model, List.of(commands));
    }
}
