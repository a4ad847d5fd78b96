package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.plan.KeepRules;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.model.Timeline.Point;

/**
 * Chooses what stays of an image set: by keep rules, or one full image in the place of a chain. Deletes nothing; the plan
 * comes next.
 *
 * @param set the set
 * @param upTo the restore point that was marked
 * @param counts how many to keep: the newest, and the newest of days, weeks and months
 * @param selected the marked line: one of the counts, or behind them the consolidation
 */
public record TidyScreen(Timeline set, Point upTo, List<Integer> counts, int selected) implements Screen {
    /** What the counts count, in their order. */
    public static final List<String> RULES = List.of(
            "newest restore points",
            "days, the newest restore point of each",
            "weeks, the newest restore point of each",
            "months, the newest restore point of each");

    private static final List<Integer> PROPOSED = List.of(3, 7, 4, 6);
    private static final int CONSOLIDATION = RULES.size();
    private static final int MOST = 999;

    public TidyScreen {
        counts = List.copyOf(counts);
    }

    static TidyScreen of(Timeline set, Point upTo) {
        return new TidyScreen(set, upTo, PROPOSED, 0);
    }

    /** Whether the marked line is the consolidation of a chain. */
    public boolean isConsolidation() {
        return selected == CONSOLIDATION;
    }

    @Override
    public String title() {
        return "Tidy up: what stays";
    }

    @Override
    public String about() {
        return "By rules: what any of the four rules keeps, stays; all other restore points of the set go. Left and Right"
                + " or digits change the number of the marked rule. Or consolidate: one full image is made of the restore"
                + " point that you came from and all that it builds on, and takes their place, except that what other images build on stays. What goes but is"
                + " needed by what stays is merged into that first, so everything that stays can be restored. Nothing"
                + " is done before you have seen the plan and confirmed it.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        String nothingKept =
                !isConsolidation() && rules().isEmpty() ? "Every rule keeps nothing: raise one of the numbers." : "";
        String noNumber = isConsolidation() ? "A consolidation has no number." : "";
        return Bindings.list(List.of(
                Bindings.enter("Show the plan", "Makes a plan of what goes and what stays; deletes nothing.")
                        .unless(nothingKept),
                Bindings.BACK,
                Binding.of(
                                Action.LESS,
                                "Less",
                                "Keeps one less by the marked rule.",
                                Key.of(Key.Kind.LEFT),
                                Key.of('-'))
                        .unless(noNumber),
                Binding.of(
                                Action.MORE,
                                "More",
                                "Keeps one more by the marked rule.",
                                Key.of(Key.Kind.RIGHT),
                                Key.of('+'))
                        .unless(noNumber),
                Binding.of(Action.ERASE, "Erase", "Takes the last digit back.", Key.of(Key.Kind.BACKSPACE))
                        .unless(noNumber)
                        .quiet()));
    }

    private KeepRules rules() {
        return new KeepRules(counts.get(0), counts.get(1), counts.get(2), counts.get(3));
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case CHOOSE -> PlanningScreen.open(model, request(), set);
            case LESS -> counting(model, counts.get(selected) - 1);
            case MORE -> counting(model, counts.get(selected) + 1);
            case ERASE -> counting(model, counts.get(selected) / 10);
            default ->
                Turn.of(model.replaceTop(
                        new TidyScreen(set, upTo, counts, Bindings.move(action, selected, CONSOLIDATION + 1))));
        };
    }

    private Request request() {
        String image = upTo.image().path();
        return isConsolidation() ? new Request.Consolidate(image, image) : new Request.Prune(image, rules());
    }

    @Override
    public Turn typed(Model model, Key key) {
        boolean digit = key.kind() == Key.Kind.CHARACTER && key.character() >= '0' && key.character() <= '9';
        return digit && !isConsolidation()
                ? counting(model, counts.get(selected) * 10 + key.character() - '0')
                : Turn.of(model);
    }

    private Turn counting(Model model, int count) {
        if (count > MOST) {
            return Turn.of(model.withNotice("More than " + MOST + " cannot be asked for."));
        }
        List<Integer> changed = new ArrayList<>(counts);
        changed.set(selected, Math.max(0, count));
        return Turn.of(model.replaceTop(new TidyScreen(set, upTo, changed, selected)));
    }
}
