package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.tui.keys.Binding;

/** The target before and after a restore, as pictures to scale. */
public record PictureScreen(Plan plan, ImageFacts image, DiskInfo target) implements Screen {
    @Override
    public String title() {
        return "Restore: before and after";
    }

    @Override
    public String about() {
        return "Above stands the target as it is now, below as it will be: its partitions to scale, with the share in"
                + " use filled. Nothing has been written yet.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        return List.of(
                Bindings.enter("Show the plan", "Shows every step, and what will be lost. Writes nothing."),
                Bindings.BACK);
    }

    @Override
    public Turn act(Model model, Action action) {
        return Turn.of(action == Action.CHOOSE ? model.push(new PlanScreen(plan, 0)) : model.pop());
    }
}
