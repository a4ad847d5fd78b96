package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.plan.Plan;
import org.rescuekey.tui.keys.Binding;

/** The disks before a restore or a clone, as pictures to scale. */
public record PictureScreen(Plan plan, Pictures pictures) implements Screen {
    @Override
    public String title() {
        return switch (pictures) {
            case Pictures.Restored restored -> "Restore: before and after";
            case Pictures.Cloned cloned -> "Clone: from where to where";
        };
    }

    @Override
    public String about() {
        String scale = " to scale, with the share in use filled. Nothing has been written yet.";
        return switch (pictures) {
            case Pictures.Restored restored ->
                "Above stands the target as it is now, below as it will be: its partitions" + scale;
            case Pictures.Cloned cloned ->
                "Above stands the source, which is only read, below the target as it is now: their partitions" + scale;
        };
    }

    /** What to know of a clone beside its pictures, a sentence each; nothing for a restore, whose plan says it. */
    public List<String> notes() {
        return switch (pictures) {
            case Pictures.Restored restored -> List.of();
            case Pictures.Cloned cloned ->
                List.of(
                        "Only what differs from what the target holds now is written.",
                        "Afterwards both disks have the same identities: take one of them out before the next start.");
        };
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
