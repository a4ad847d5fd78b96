package org.rescuekey.tui.view;

import java.util.List;
import java.util.Objects;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.tui.model.ConfirmScreen;
import org.rescuekey.tui.model.DiskPicture;
import org.rescuekey.tui.model.Documents;
import org.rescuekey.tui.model.Line;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.PasswordScreen;
import org.rescuekey.tui.model.PictureScreen;
import org.rescuekey.tui.model.Pictures;
import org.rescuekey.tui.model.PowerScreen;
import org.rescuekey.tui.model.RefusalScreen;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.TidyScreen;
import org.rescuekey.tui.model.Timeline;
import org.rescuekey.tui.model.Tone;
import org.rescuekey.tui.model.UnreadableScreen;
import org.rescuekey.tui.model.VerifyScreen;
import org.rescuekey.units.ByteCount;

/** Draws the screens that say one thing or ask one question. */
final class PageViews {
    private PageViews() {}

    static void verify(Canvas canvas, VerifyScreen screen) {
        int row = canvas.line(Canvas.TOP, Tone.STRONG, ImageRow.title(screen.image()));
        row = canvas.line(row, Tone.DIM, screen.image().path()) + 1;
        choices(canvas, row, VerifyScreen.CHOICES, screen.selected());
    }

    /** How many characters were typed is shown, none of them. */
    static void password(Canvas canvas, Model model, PasswordScreen screen) {
        int row =
                switch (screen.goal()) {
                    case PasswordScreen.Goal.Open open -> {
                        int next = canvas.line(Canvas.TOP, Tone.STRONG, "This image is encrypted");
                        yield canvas.line(next, Tone.DIM, open.image().path()) + 1;
                    }
                    case PasswordScreen.Goal.Begin begin ->
                        canvas.paragraph(
                                        Canvas.TOP,
                                        Tone.STRONG,
                                        "The image is encrypted with this password. Without it nobody can restore the"
                                                + " image, and nobody can find it out: keep it in a safe place.",
                                        3)
                                + 1;
                };
        row = field(canvas, row, "Password", screen.typed(), !screen.repeating() && !screen.isWaiting());
        if (screen.isNew()) {
            row = field(canvas, row, "The same again", screen.repeated(), screen.repeating() && !screen.isWaiting());
        }
        if (screen.isWaiting()) {
            String words =
                    screen.isNew() ? "Taking the password ..." : "Trying the password; this may take a while ...";
            Waiting.draw(canvas, row + 1, model, words);
        } else if (!screen.error().isEmpty()) {
            canvas.paragraph(row + 1, Tone.WARNING, screen.error(), 3);
        }
    }

    /** The rules with their numbers, and the consolidation. */
    static void tidy(Canvas canvas, TidyScreen screen) {
        Timeline set = screen.set();
        int row = canvas.line(Canvas.TOP, Tone.STRONG, set.title(canvas.columns()));
        row = canvas.line(
                        row,
                        Tone.DIM,
                        set.points().size() + " files, " + ByteCount.text(set.storedBytes()) + ", in "
                                + set.directory())
                + 1;
        row = canvas.line(row, Tone.STRONG, "By rules: what one of them keeps, stays");
        for (int i = 0; i < TidyScreen.RULES.size(); i++) {
            String text = "Keep " + Text.padLeft("" + screen.counts().get(i), 3) + "  " + TidyScreen.RULES.get(i);
            row = canvas.choice(row, i == screen.selected(), Tone.PLAIN, text);
        }
        row = canvas.line(row + 1, Tone.STRONG, "Or consolidate");
        String one = "One full image of " + ImageRow.date(screen.upTo()) + " in the place of its chain";
        row = canvas.choice(row, screen.isConsolidation(), Tone.PLAIN, one);
        canvas.paragraph(
                row + 1,
                Tone.PLAIN,
                "What goes but is needed by what stays is merged into that first. The plan shows what goes and what"
                        + " stays; nothing is deleted before you have confirmed it.",
                3);
    }

    private static int field(Canvas canvas, int row, String label, int typed, boolean active) {
        int column = canvas.put(Canvas.MARGIN, row, active ? Tone.ACCENT : Tone.DIM, Text.pad(label, 16));
        String dots = "*".repeat(Math.min(typed, canvas.columns() - 20));
        column = canvas.put(column, row, Tone.STRONG, dots);
        if (active) {
            canvas.put(column, row, Tone.SELECTED, " ");
        }
        return row + 1;
    }

    static void power(Canvas canvas, PowerScreen screen) {
        choices(canvas, Canvas.TOP, PowerScreen.CHOICES, screen.selected());
    }

    private static void choices(Canvas canvas, int firstRow, List<String> choices, int selected) {
        int row = firstRow;
        for (int i = 0; i < choices.size(); i++) {
            row = canvas.choice(row, i == selected, Tone.PLAIN, choices.get(i));
        }
    }

    static void unreadable(Canvas canvas, UnreadableScreen screen) {
        int row = canvas.line(Canvas.TOP, Tone.STRONG, ImageRow.title(screen.image())) + 1;
        row = canvas.paragraph(
                row,
                Tone.WARNING,
                "Some sectors of the disk could not be read when this image was made. Restored, they become zeros:"
                        + " a file that lay there comes back damaged.",
                4);
        canvas.paragraph(
                row + 1,
                Tone.PLAIN,
                "All other data comes back whole. If there is an older image that is"
                        + " complete, look at that first.",
                3);
    }

    static void refusal(Canvas canvas, RefusalScreen screen) {
        int rows = canvas.size().bodyRows();
        int row = canvas.line(Canvas.TOP, Tone.STRONG, screen.heading() + ". Nothing was written.") + 1;
        row = canvas.paragraph(row, Tone.WARNING, screen.reason(), rows / 2);
        if (!screen.remedy().isEmpty()) {
            row = canvas.line(row + 1, Tone.STRONG, "What you can do");
            canvas.paragraph(row, Tone.PLAIN, screen.remedy(), Math.max(1, canvas.bottom() - row));
        }
    }

    static void pictures(Canvas canvas, PictureScreen screen) {
        switch (screen.pictures()) {
            case Pictures.Restored(ImageFacts image, DiskInfo target) -> {
                ImageDescription description = Objects.requireNonNull(image.description());
                String afterwards = "Afterwards, from the image of " + ImageRow.date(description);
                DiskPicture then = DiskPicture.restored(description, target);
                pictures(canvas, screen.notes(), "Now", DiskPicture.of(target), afterwards, then);
            }
            case Pictures.Cloned(DiskInfo source, DiskInfo target) -> {
                String below = screen.plan().overwrites().holdsData()
                        ? "The target as it is now: all of this will be lost"
                        : "The target as it is now";
                pictures(canvas, screen.notes(), "The source", DiskPicture.of(source), below, DiskPicture.of(target));
            }
        }
    }

    /** Two pictures above each other, and below them as many notes as there is room for. */
    private static void pictures(
            Canvas canvas, List<String> notes, String above, DiskPicture first, String below, DiskPicture second) {
        List<String> lines = notes.stream()
                .flatMap(note -> Text.wrap(note, canvas.columns()).stream())
                .toList();
        int rows = canvas.size().bodyRows() - 3 - (lines.isEmpty() ? 0 : lines.size() + 1);
        PictureView.Detail detail = PictureView.Detail.fitting(2, rows);
        int row = canvas.line(Canvas.TOP, Tone.STRONG, above);
        row = PictureView.draw(canvas, row, first, detail) + 1;
        row = canvas.line(row, Tone.STRONG, below);
        row = PictureView.draw(canvas, row, second, detail) + 1;
        for (int i = 0; i < lines.size() && row < canvas.bottom(); i++) {
            row = canvas.line(row, Tone.WARNING, lines.get(i));
        }
    }

    /** What will be lost, and below it the prompt, which is always in sight. */
    static void confirm(Canvas canvas, ConfirmScreen screen) {
        Plan.Overwrite target = screen.plan().overwrites();
        int row = canvas.paragraph(Canvas.TOP, Tone.STRONG, screen.plan().title(), 2);
        row = canvas.line(row + 1, Tone.STRONG, "This will be lost");
        List<Line> losses = Documents.losses(screen.plan(), canvas.columns());
        int promptRows = 9;
        int room = Math.max(1, canvas.bottom() - row - promptRows);
        int shown = losses.size() <= room ? losses.size() : room - 1;
        for (int i = 0; i < shown; i++) {
            row = canvas.line(row, losses.get(i).tone(), losses.get(i).text());
        }
        if (shown < losses.size()) {
            row = canvas.line(row, Tone.LOSS, "! and " + (losses.size() - shown) + " more lines; Esc shows the plan");
        }
        row = prompt(canvas, row + 1, screen, target);
        if (!screen.error().isEmpty()) {
            canvas.paragraph(row + 1, Tone.WARNING, screen.error(), 4);
        }
    }

    private static String lastFolder(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static int prompt(Canvas canvas, int row, ConfirmScreen screen, Plan.Overwrite target) {
        if (!target.holdsData()) {
            return canvas.paragraph(row, Tone.PLAIN, "Press Enter to write to " + target.description() + ".", 2);
        }
        String question = screen.letsRestorePointsGo()
                ? "To let them go, type the " + target.phraseMeaning() + ", " + lastFolder(target.path()) + ":"
                : "To overwrite it, type the " + target.phraseMeaning() + " of " + target.description() + ":";
        int next = canvas.paragraph(row, Tone.PLAIN, question, 3);
        int column = canvas.put(Canvas.MARGIN, next, Tone.ACCENT, "> ");
        column = canvas.put(column, next, Tone.STRONG, screen.typed());
        canvas.put(column, next, Tone.SELECTED, " ");
        return next + 1;
    }
}
