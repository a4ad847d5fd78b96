package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.tui.keys.Binding;

/**
 * Asks whether to power off or to restart.
 *
 * @param selected the marked line
 */
public record PowerScreen(int selected) implements Screen {
    /** What can be chosen, in this order. */
    public static final List<String> CHOICES = List.of(
            "Power off   then take the stick out",
            "Restart     take the stick out when the screen goes dark",
            "Stay here");

    @Override
    public String title() {
        return "Power off";
    }

    @Override
    public String about() {
        return "Powers the machine off or starts it again. Take the stick out so that the machine starts from its own"
                + " disk the next time.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        String label = List.of("Power off", "Restart", "Stay here").get(selected);
        String running = model.isJobRunning() && selected < 2 ? "A job is running; it must end first." : "";
        return Bindings.list(
                List.of(Bindings.enter(label, "Does what the marked line says.").unless(running), Bindings.BACK));
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case CHOOSE ->
                switch (selected) {
                    case 0 -> Turn.of(model.withNotice("Powering off ..."), new Cmd.PowerOff());
                    case 1 -> Turn.of(model.withNotice("Restarting ..."), new Cmd.Reboot());
                    default -> Turn.of(model.pop());
                };
            default -> Turn.of(model.replaceTop(new PowerScreen(Bindings.move(action, selected, CHOICES.size()))));
        };
    }
}
