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
                + " minute. P makes it wait, C ends it before its end after asking once more. The machine is powered off"
                + " or restarted only if the job ends as complete.";
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
        Steering.Phase phase = model.job().map(Job::phase).orElse(Steering.Phase.CANCELLING);
        String ending =
                phase == Steering.Phase.CANCELLING ? "The job is being cancelled; it ends at the next block." : "";
        boolean paused = phase == Steering.Phase.PAUSED;
        return List.of(
                Binding.of(
                                Action.PAUSE,
                                paused ? "Go on" : "Pause",
                                paused ? "Lets the job go on." : "Makes the job wait at the next block.",
                                Key.of('p'))
                        .unless(ending),
                Binding.of(Action.CANCEL, "Cancel", "Asks whether to end the job before its end.", Key.of('c'))
                        .unless(ending),
                Binding.of(
                                Action.NEXT_LIMIT,
                                "Rate",
                                "Limits how fast the job reads and writes, so that others can use the disk or the"
                                        + " network; pressed again, the next limit.",
                                Key.of('r'))
                        .unless(ending),
                Binding.of(
                                Action.NEXT_THEN,
                                "Then",
                                "Chooses what follows once the job is complete: stay here, power off, or restart."
                                        + " After any other end the machine stays on.",
                                Key.of('t'))
                        .unless(
                                model.ownsMachine()
                                        ? ending
                                        : "This machine was not started from the stick, so it is left on."),
                Bindings.LOG,
                Binding.of(Action.BACK, "Home", "Leaves this screen; the job goes on.", Key.of(Key.Kind.ESCAPE)));
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(asking ? model.replaceTop(new RunScreen(false)) : model.pop());
            case PAUSE -> Jobs.togglePause(model);
            case NEXT_LIMIT -> Jobs.nextLimit(model);
            case NEXT_THEN -> Jobs.nextThen(model);
            case CANCEL -> Turn.of(model.replaceTop(new RunScreen(true)));
            case CONFIRM_CANCEL -> Jobs.cancel(model.replaceTop(new RunScreen(false)));
            case LOG -> Turn.of(LogScreen.open(model));
            default -> Turn.of(model);
        };
    }
}
