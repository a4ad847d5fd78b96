package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.error.RefusedException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * The confirmation of a plan that overwrites a disk: something of the target has to be typed, so that the eye has to
 * look at it. A target without data needs Enter alone.
 *
 * @param plan what is confirmed
 * @param typed what was typed so far
 * @param error what was wrong with what was typed before; empty if nothing was
 */
public record ConfirmScreen(Plan plan, String typed, String error) implements Screen {
    private static final int LONGEST_PHRASE = 40;

    @Override
    public String title() {
        return plan.kind().label() + ": confirmation";
    }

    @Override
    public String about() {
        if (letsRestorePointsGo()) {
            return "The last step before restore points are deleted. Look at what will be lost. If that is what you want,"
                    + " type what is asked for and press Enter. Esc goes back; nothing was deleted yet.";
        }
        return plan.overwrites().holdsData()
                ? "The last step before the target is overwritten. Look at what will be lost. If this is the disk you"
                        + " mean, type what is asked for and press Enter. Esc goes back; nothing was written yet."
                : "The last step before the target is written. Nothing is known to be on it, so Enter is enough.";
    }

    /** What is lost are restore points of an image set, not the content of a disk. */
    public boolean letsRestorePointsGo() {
        return plan.kind() == JobKind.PRUNE || plan.kind() == JobKind.CONSOLIDATE;
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        String label = letsRestorePointsGo()
                ? "Let them go"
                : plan.overwrites().holdsData() ? "Overwrite the target" : "Write to the target";
        return List.of(
                Bindings.enter(label, "Starts the job, if what you typed is what is asked for."),
                Bindings.BACK,
                Binding.of(Action.ERASE, "Erase", "Takes the last character back.", Key.of(Key.Kind.BACKSPACE))
                        .quiet());
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case ERASE -> {
                String shorter = typed.substring(0, Math.max(0, typed.length() - 1));
                yield Turn.of(model.replaceTop(new ConfirmScreen(plan, shorter, "")));
            }
            case CHOOSE -> {
                try {
                    yield Jobs.start(model, ConfirmedPlan.byPhrase(plan, typed));
                } catch (RefusedException e) {
                    String asked = typed.isBlank()
                            ? "Type the " + plan.overwrites().phraseMeaning()
                                    + (letsRestorePointsGo() ? " first." : " of the target first.")
                            : e.reason();
                    yield Turn.of(model.replaceTop(new ConfirmScreen(plan, "", asked)));
                }
            }
            default -> Turn.of(model);
        };
    }

    @Override
    public boolean takesText() {
        return true;
    }

    @Override
    public Turn typed(Model model, Key key) {
        boolean takes = key.kind() == Key.Kind.CHARACTER && typed.length() < LONGEST_PHRASE;
        return Turn.of(
                takes
                        ? model.replaceTop(new ConfirmScreen(plan, typed + Text.clean("" + key.character()), ""))
                        : model);
    }
}
