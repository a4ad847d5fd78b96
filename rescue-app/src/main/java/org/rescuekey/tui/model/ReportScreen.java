package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.engine.Report;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * How a job ended.
 *
 * @param report the report
 * @param top the first line in sight
 */
public record ReportScreen(Report report, int top) implements Screen {
    @Override
    public String title() {
        return report.kind().label() + ": report";
    }

    @Override
    public String about() {
        return "How the job ended. Only the word COMPLETE means that every byte was read, written and checked. Powering"
                + " off from here is offered only then.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        List<Binding<Action>> bindings = new ArrayList<>();
        bindings.add(
                Binding.of(Action.BACK, "Home", "Goes back to Home.", Key.of(Key.Kind.ENTER), Key.of(Key.Kind.ESCAPE)));
        bindings.add(Bindings.LOG);
        if (model.ownsMachine()) {
            String reason = report.state().isSuccess() ? "" : "Powering off is offered here only after a complete job.";
            bindings.add(Binding.of(Action.POWER, "Power off", "Asks whether to power off.", Key.of('p'))
                    .unless(reason));
        }
        return Bindings.scroll(bindings, model, text(model));
    }

    private List<Line> text(Model model) {
        return Documents.report(report, model.size().bodyColumns());
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(model.atHome());
            case LOG -> Turn.of(LogScreen.open(model));
            case POWER -> Turn.of(model.push(new PowerScreen(0)));
            default -> {
                int lines = text(model).size();
                int moved = Bindings.scrolled(action, top, lines, model.size().bodyRows());
                yield Turn.of(model.replaceTop(new ReportScreen(report, moved)));
            }
        };
    }
}
