package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * The job that runs, which is in the model and goes on when this screen is left.
 *
 * @param asking the user is asked whether to cancel
 */
public record RunScreen(boolean asking) implements Screen {
    @Override
    public String title() {
        return "Running";
    }

    @Override
    public String about() {
        return "The job is running. It goes on when you leave this screen. \"Left\" is estimated from the last half"
                + " minute. P makes it wait, C ends it before its end after asking once more.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        if (asking) {
            return List.of(
                    Binding.of(
                            Action.CONFIRM_CANCEL, "Cancel the job", "Stops the job at the next block.", Key.of('c')),
                    Binding.of(
                            Action.BACK,
                            "Go on",
                            "Lets the job go on.",
                            Key.of(Key.Kind.ESCAPE),
                            Key.of(Key.Kind.ENTER)));
        }
        Job.Phase phase = model.job().map(Job::phase).orElse(Job.Phase.CANCELLING);
        String ending = phase == Job.Phase.CANCELLING ? "The job is being cancelled; it ends at the next block." : "";
        boolean paused = phase == Job.Phase.PAUSED;
        return List.of(
                Binding.of(
                                Action.PAUSE,
                                paused ? "Go on" : "Pause",
                                paused ? "Lets the job go on." : "Makes the job wait at the next block.",
                                Key.of('p'))
                        .unless(ending),
                Binding.of(Action.CANCEL, "Cancel", "Asks whether to end the job before its end.", Key.of('c'))
                        .unless(ending),
                Bindings.LOG,
                Binding.of(
                        Action.BACK,
                        "Home, the job goes on",
                        "Leaves this screen; the job goes on.",
                        Key.of(Key.Kind.ESCAPE)));
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(asking ? model.replaceTop(new RunScreen(false)) : model.pop());
            case PAUSE -> Jobs.togglePause(model);
            case CANCEL -> Turn.of(model.replaceTop(new RunScreen(true)));
            case CONFIRM_CANCEL -> Jobs.cancel(model.replaceTop(new RunScreen(false)));
            case LOG -> Turn.of(LogScreen.open(model));
            default -> Turn.of(model);
        };
    }
}
