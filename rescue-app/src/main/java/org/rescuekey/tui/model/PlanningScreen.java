package org.rescuekey.tui.model;

import java.util.List;
import java.util.Optional;
import org.rescuekey.error.RefusedException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.keys.Binding;

/**
 * Waits for a plan, and becomes the screen that shows it or the refusal.
 *
 * @param words what is done meanwhile
 * @param pictures of the disks of a restore or a clone, if it is one
 * @param set the image set that is tidied up, if one is
 * @param ticket of the answer that is waited for
 */
public record PlanningScreen(String words, Optional<Pictures> pictures, Optional<Timeline> set, int ticket)
        implements Screen {
    static Turn open(Model model, Request request, Optional<Pictures> pictures) {
        return open(model, request, pictures, Optional.empty());
    }

    /** For what changes an image set. */
    static Turn open(Model model, Request request, Timeline set) {
        return open(model, request, Optional.empty(), Optional.of(set));
    }

    private static Turn open(Model model, Request request, Optional<Pictures> pictures, Optional<Timeline> set) {
        Model asking = model.withTicket();
        int ticket = asking.lastTicket();
        String words =
                switch (request) {
                    case Request.Capture capture -> "Looking at what the file systems of the disk use ...";
                    case Request.Restore restore -> "Looking at the image and the target ...";
                    case Request.Clone clone -> "Looking at what the file systems of the source use ...";
                    case Request.Verify verify -> "Looking at the image ...";
                    case Request.WriteStick stick -> "Looking at the stick ...";
                    case Request.Consolidate consolidate -> "Looking at the image set ...";
                    case Request.Prune prune -> "Looking at the image set ...";
                };
        return Turn.of(
                asking.push(new PlanningScreen(words, pictures, set, ticket)), new Cmd.MakePlan(ticket, request));
    }

    @Override
    public String title() {
        return "Making the plan";
    }

    @Override
    public String about() {
        return "The plan is being made. Nothing is written.";
    }

    @Override
    public boolean isWaiting() {
        return true;
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        return List.of(Bindings.BACK);
    }

    @Override
    public Turn act(Model model, Action action) {
        return Turn.of(model.pop());
    }

    @Override
    public Turn answered(Model model, Msg.Answer answer) {
        return switch (answer) {
            case Msg.PlanMade(int mine, PlanResult.Planned(Plan plan)) -> planned(model, plan);
            case Msg.PlanMade(int mine, PlanResult.Refused(String reason, String remedy)) ->
                refused(model, "Refused", reason, remedy);
            case Msg.Failed failed -> refused(model, "It did not work", failed.reason(), failed.remedy());
            default -> Turn.of(model);
        };
    }

    private Turn planned(Model model, Plan plan) {
        return switch (plan.kind()) {
            case CAPTURE, WRITE_STICK -> Turn.of(model.replace(this, new PlanScreen(plan, 0)));
            case CONSOLIDATE, PRUNE -> {
                List<String> staying = set.map(points -> points.staying(plan)).orElse(List.of());
                yield Turn.of(model.replace(this, new PlanScreen(plan, staying, 0)));
            }
            case RESTORE, CLONE ->
                Turn.of(model.replace(
                        this,
                        pictures.<Screen>map(both -> new PictureScreen(plan, both))
                                .orElse(new PlanScreen(plan, 0))));
            case VERIFY -> {
                try {
                    yield Jobs.start(model, ConfirmedPlan.harmless(plan));
                } catch (RefusedException e) {
                    yield refused(model, "Refused", e.reason(), e.remedy());
                }
            }
        };
    }

    private Turn refused(Model model, String heading, String reason, String remedy) {
        return Turn.of(
                model.replace(this, new RefusalScreen(heading, reason, remedy)).logged(heading + ": " + reason));
    }
}
