package org.rescuekey.tui.view;

import com.googlecode.lanterna.graphics.TextGraphics;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.inventory.Machine;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.model.Action;
import org.rescuekey.tui.model.Bindings;
import org.rescuekey.tui.model.ConfirmScreen;
import org.rescuekey.tui.model.DiskScreen;
import org.rescuekey.tui.model.Documents;
import org.rescuekey.tui.model.HelpScreen;
import org.rescuekey.tui.model.HomeScreen;
import org.rescuekey.tui.model.ImageScreen;
import org.rescuekey.tui.model.Line;
import org.rescuekey.tui.model.LogScreen;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.PartitionScreen;
import org.rescuekey.tui.model.PasswordScreen;
import org.rescuekey.tui.model.PictureScreen;
import org.rescuekey.tui.model.PlaceScreen;
import org.rescuekey.tui.model.PlanScreen;
import org.rescuekey.tui.model.PlanningScreen;
import org.rescuekey.tui.model.PowerScreen;
import org.rescuekey.tui.model.RefusalScreen;
import org.rescuekey.tui.model.ReportScreen;
import org.rescuekey.tui.model.RunScreen;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.TidyScreen;
import org.rescuekey.tui.model.Tone;
import org.rescuekey.tui.model.UnreadableScreen;
import org.rescuekey.tui.model.VerifyScreen;
import org.rescuekey.units.ByteCount;

/**
 * Draws a model: the title line says where the user is and on which machine, the last line which keys do what, and the
 * line above it why a key did nothing. Draws the whole screen each time; Lanterna sends only what has changed.
 */
public final class View {
    private static final int LEAST_COLUMNS = 40;
    private static final int LEAST_ROWS = 12;

    private View() {}

    public static void draw(TextGraphics graphics, Model model, Look look) {
        Canvas canvas = new Canvas(graphics, look);
        canvas.clear();
        if (canvas.size().columns() < LEAST_COLUMNS || canvas.size().rows() < LEAST_ROWS) {
            canvas.put(0, 0, Tone.STRONG, "Make the window larger:");
            canvas.put(0, 1, Tone.PLAIN, "80 x 24 is enough.");
            return;
        }
        title(canvas, model);
        body(canvas, model);
        notice(canvas, model);
        keys(canvas, Bindings.of(model));
    }

    /** Stands in for a screen that could not be drawn because of a fault in this program. */
    public static void drawFault(TextGraphics graphics, Throwable fault, Look look) {
        Canvas canvas = new Canvas(graphics, look);
        canvas.clear();
        canvas.line(0, Tone.STRONG, "This screen cannot be drawn; Esc goes back. A running job goes on.");
        canvas.paragraph(
                Canvas.TOP,
                Tone.WARNING,
                "An internal error: " + fault,
                Math.max(1, canvas.size().rows() - 3));
    }

    private static void title(Canvas canvas, Model model) {
        String where = Text.clean("  Rescue Key   " + model.screen().title());
        int room = canvas.size().columns() - Text.width(where) - 5;
        String machine = model.machine().map(View::machine).orElse(List.of()).stream()
                .map(Text::clean)
                .filter(words -> Text.width(words) <= room)
                .findFirst()
                .orElse("");
        String right = machine + "  ";
        int columns = canvas.size().columns();
        canvas.put(0, 0, Tone.TITLE, Text.pad(where, columns - Text.width(right)) + right);
    }

    /** What is said of the machine, the most first. */
    private static List<String> machine(Machine machine) {
        String name = machine.model().isEmpty() ? "This machine" : machine.model();
        String firmware = name + ", " + machine.firmware();
        String secure = firmware + (machine.secureBoot() ? ", Secure Boot" : "");
        return List.of(secure + ", " + ByteCount.text(machine.memoryBytes()), secure, firmware, name);
    }

    private static void body(Canvas canvas, Model model) {
        switch (model.screen()) {
            case HomeScreen home -> HomeView.draw(canvas, model, home);
            case DiskScreen disks -> ChoiceViews.disks(canvas, model, disks);
            case PartitionScreen partitions -> ChoiceViews.partitions(canvas, partitions);
            case PlaceScreen places -> ChoiceViews.places(canvas, model, places);
            case ImageScreen images -> TimelineView.draw(canvas, model, images);
            case VerifyScreen verify -> PageViews.verify(canvas, verify);
            case PasswordScreen password -> PageViews.password(canvas, model, password);
            case PowerScreen power -> PageViews.power(canvas, power);
            case TidyScreen tidy -> PageViews.tidy(canvas, tidy);
            case UnreadableScreen unreadable -> PageViews.unreadable(canvas, unreadable);
            case PlanningScreen planning -> Waiting.draw(canvas, Canvas.TOP, model, planning.words());
            case RefusalScreen refusal -> PageViews.refusal(canvas, refusal);
            case PictureScreen pictures -> PageViews.pictures(canvas, pictures);
            case ConfirmScreen confirm -> PageViews.confirm(canvas, confirm);
            case RunScreen run -> RunView.draw(canvas, model, run);
            case PlanScreen plan ->
                document(canvas, Documents.plan(plan.plan(), plan.staying(), canvas.columns()), plan.top());
            case ReportScreen report ->
                document(canvas, Documents.report(report.report(), canvas.columns()), report.top());
            case LogScreen log -> document(canvas, Documents.log(model.log(), canvas.columns()), log.top());
            case HelpScreen help -> document(canvas, Documents.help(model, canvas.columns()), help.top());
        }
    }

    private static void document(Canvas canvas, List<Line> lines, int top) {
        canvas.document(lines, top, Canvas.TOP, canvas.size().bodyRows());
    }

    private static void notice(Canvas canvas, Model model) {
        int row = canvas.size().rows() - 2;
        if (!model.notice().isEmpty()) {
            canvas.put(Canvas.MARGIN, row, Tone.WARNING, Text.fit(Text.clean(model.notice()), canvas.columns()));
        } else if (model.screen() instanceof HomeScreen) {
            canvas.put(Canvas.MARGIN, row, Tone.DIM, Text.fit(HomeScreen.hint(model), canvas.columns()));
        }
    }

    /** The keys in their order; those for which there is no room are in the help, and Help itself always is in sight. */
    private static void keys(Canvas canvas, List<Binding<Action>> bindings) {
        int row = canvas.size().rows() - 1;
        List<Binding<Action>> shown =
                new ArrayList<>(bindings.stream().filter(Binding::onBar).toList());
        while (width(shown) > canvas.columns() && shown.size() > 2) {
            shown.remove(shown.size() - 2);
        }
        int column = Canvas.MARGIN;
        for (Binding<Action> binding : shown) {
            column = canvas.put(
                    column, row, Tone.ACCENT, binding.keys().getFirst().label());
            column = canvas.put(column + 1, row, binding.isDisabled() ? Tone.DIM : Tone.PLAIN, label(binding)) + 3;
        }
    }

    private static String label(Binding<Action> binding) {
        return binding.isDisabled() ? "(" + binding.label() + ")" : binding.label();
    }

    private static int width(List<Binding<Action>> bindings) {
        return bindings.stream()
                        .mapToInt(binding -> binding.keys().getFirst().label().length()
                                + 1
                                + label(binding).length()
                                + 3)
                        .sum()
                - 3;
    }
}
