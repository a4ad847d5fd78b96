package org.rescuekey.tui.view;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.tui.model.ImageScreen;
import org.rescuekey.tui.model.Load;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.Sizes;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.Timeline;
import org.rescuekey.tui.model.Timeline.Point;
import org.rescuekey.tui.model.Tone;
import org.rescuekey.units.ByteCount;

/** Draws the timelines of the image sets in a place: each set under its heading, and below the list more of the marked point. */
final class TimelineView {
    /** The rows below the list that tell more of its marked line. */
    private static final int DETAIL_ROWS = 8;

    private TimelineView() {}

    /** A row of the list: a blank one, a heading or a restore point. */
    private sealed interface Row {
        record Blank() implements Row {}

        record Heading(Timeline set, String folder) implements Row {}

        record Line(Heading heading, Point point) implements Row {}
    }

    static void draw(Canvas canvas, Model model, ImageScreen screen) {
        List<Point> points = screen.points();
        if (!(screen.sets() instanceof Load.Ready<List<Timeline>>(List<Timeline> sets))) {
            Waiting.draw(canvas, Canvas.TOP, model, screen.sets());
            return;
        }
        if (points.isEmpty()) {
            int row = canvas.line(
                    Canvas.TOP,
                    Tone.WARNING,
                    "There is no image in " + screen.place().path() + ".");
            canvas.line(row, Tone.PLAIN, "Esc goes back to choose another place.");
            return;
        }
        Point marked = points.get(screen.selected());
        int below = list(canvas, rows(sets, canvas.columns()), marked);
        details(canvas, below + 1, screen.setOf(marked), marked);
    }

    /** Sets that look the same, such as two of one disk, are told apart by their folders. */
    private static List<Row> rows(List<Timeline> sets, int columns) {
        List<String> titles = sets.stream().map(set -> set.title(columns)).toList();
        List<Row> rows = new ArrayList<>();
        for (Timeline set : sets) {
            if (!rows.isEmpty()) {
                rows.add(new Row.Blank());
            }
            boolean alike = Collections.frequency(titles, set.title(columns)) > 1;
            Row.Heading heading = new Row.Heading(set, alike ? set.folder() + ", " : "");
            rows.add(heading);
            set.points().forEach(point -> rows.add(new Row.Line(heading, point)));
        }
        return rows;
    }

    /** Draws those rows that fit, the marked one among them; a set keeps its heading in sight. Returns the row below. */
    private static int list(Canvas canvas, List<Row> all, Point marked) {
        int firstRow = Canvas.TOP + 1;
        int rows = Math.max(1, Math.min(all.size(), canvas.size().bodyRows() - DETAIL_ROWS - 2));
        int selected = 0;
        for (int i = 0; i < all.size(); i++) {
            selected = all.get(i) instanceof Row.Line line && line.point().equals(marked) ? i : selected;
        }
        int first = ChoiceViews.firstShown(selected, all.size(), rows);
        canvas.put(Canvas.MARGIN + 2, Canvas.TOP, Tone.DIM, ImageRow.header(canvas.columns() - 2));
        for (int i = 0; i < rows; i++) {
            Row row = all.get(first + i);
            boolean headless = i == 0 && row instanceof Row.Line && first + i != selected && rows > 2;
            row(canvas, firstRow + i, headless ? ((Row.Line) row).heading() : row, first + i == selected);
        }
        if (all.size() > rows) {
            canvas.more(firstRow, rows, first, all.size());
        }
        return firstRow + rows;
    }

    private static void row(Canvas canvas, int at, Row row, boolean isMarked) {
        switch (row) {
            case Row.Blank() -> {}
            case Row.Heading heading -> canvas.line(at, Tone.STRONG, text(heading, canvas.columns()));
            case Row.Line(Row.Heading heading, Point point) -> {
                boolean usable = point.image().isRestorable();
                String text = ImageRow.columns(point, canvas.columns() - 2);
                canvas.choice(at, isMarked, usable ? Tone.PLAIN : Tone.DIM, text);
            }
        }
    }

    private static String text(Row.Heading heading, int columns) {
        Timeline set = heading.set();
        long known = set.points().stream().filter(point -> point.number() > 0).count();
        String points = known == 1 ? "1 point, " : known + " points, ";
        String right = heading.folder()
                + points
                + ByteCount.text(set.storedBytes())
                + (set.isEncrypted() ? ", encrypted" : "");
        int room = Math.max(8, columns - Text.width(right) - 2);
        return Text.pad(set.title(room), room) + "  " + right;
    }

    private static void details(Canvas canvas, int firstRow, Timeline set, Point point) {
        ImageFacts image = point.image();
        int row = canvas.line(firstRow, Tone.DIM, image.path());
        if (!ImageRow.kind(image).isEmpty()) {
            row = canvas.line(row, Tone.PLAIN, origin(set, point));
        }
        if (!image.problem().isEmpty()) {
            row = canvas.paragraph(row, Tone.WARNING, image.problem(), 2);
        }
        ImageDescription description = image.description();
        if (description == null) {
            if (point.isLocked()) {
                canvas.line(row, Tone.PLAIN, "Enter asks for the password.");
            }
            return;
        }
        ImageDescription.Disk disk = description.disk();
        String serial = disk.serial().isEmpty() ? "" : ", serial " + disk.serial();
        row = canvas.paragraph(
                row,
                Tone.PLAIN,
                (disk.model().isEmpty() ? "" : disk.model() + ", ") + Sizes.asSold(disk.sizeBytes()) + serial + ", "
                        + ByteCount.text(image.usedBytes()) + " used",
                2);
        partitions(canvas, row, description);
    }

    /** The kind, and what it builds on. */
    private static String origin(Timeline set, Point point) {
        String kind = "No " + point.number() + ", " + ImageRow.kind(point.image());
        if (!point.buildsOnAnother()) {
            return kind + ": needs no other image.";
        }
        return kind + ": "
                + set.numbered(point.base())
                        .map(base -> "builds on No " + base.number() + ", " + base.name() + ".")
                        .orElse("builds on an image that is not here.");
    }

    private static void partitions(Canvas canvas, int firstRow, ImageDescription description) {
        int row = firstRow;
        for (ImageDescription.Stream stream : description.streams()) {
            ImageDescription.Partition partition = stream.partition().orElse(null);
            if (partition != null && row < canvas.bottom()) {
                String label = partition.volume().label().isEmpty()
                        ? partition.typeName()
                        : partition.volume().label();
                row = canvas.line(
                        row,
                        Tone.PLAIN,
                        "  " + partition.number() + " " + Text.pad(Text.clean(label), 24)
                                + Text.pad(partition.volume().fileSystem(), 10)
                                + Text.padLeft(ByteCount.text(stream.sizeBytes()), 10) + ", "
                                + ByteCount.text(stream.usedBytes()) + " used");
            }
        }
    }
}
