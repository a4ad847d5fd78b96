package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.error.RefusedException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.tui.keys.Binding;

/**
 * The plan: losses first, then steps, warnings and results, and the same on the command line.
 *
 * @param plan the plan
 * @param staying the restore points that stay, a line each, where some go
 * @param top the first line in sight
 */
public record PlanScreen(Plan plan, List<String> staying, int top) implements Screen {
    public PlanScreen {
        staying = List.copyOf(staying);
    }

    /** The plan of a job that lets no restore point go. */
    PlanScreen(Plan plan, int top) {
        this(plan, List.of(), top);
    }

    @Override
    public String title() {
        return plan.kind().label() + ": plan";
    }

    @Override
    public String about() {
        return "Everything that will be done, in its order, before anything of it is done. What will be lost stands"
                + " first. The command line at the end does the same as these screens.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        boolean harmless = plan.overwrites().isNothing();
        String nothingToDo = plan.steps().isEmpty() ? "There is nothing to do." : "";
        Binding<Action> enter = harmless
                ? Bindings.enter("Start", "Starts the job.")
                : Bindings.enter("Go to the confirmation", "Asks you to confirm it. Writes nothing yet.");
        return Bindings.scroll(List.of(enter.unless(nothingToDo), Bindings.BACK), model, text(model));
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case CHOOSE -> choose(model);
            default -> {
                int lines = text(model).size();
                int moved = Bindings.scrolled(action, top, lines, model.size().bodyRows());
                yield Turn.of(model.replaceTop(new PlanScreen(plan, staying, moved)));
            }
        };
    }

    private List<Line> text(Model model) {
        return Documents.plan(plan, staying, model.size().bodyColumns());
    }

    private Turn choose(Model model) {
        if (!plan.overwrites().isNothing()) {
            return Turn.of(model.push(new ConfirmScreen(plan, "", "")));
        }
        try {
            return Jobs.start(model, ConfirmedPlan.harmless(plan));
        } catch (RefusedException e) {
            return Turn.of(model.push(new RefusalScreen("Refused", e.reason(), e.remedy())));
        }
    }
}
