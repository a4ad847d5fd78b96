package org.rescuekey.tui.view;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.tui.model.DiskPicture;
import org.rescuekey.tui.model.DiskPicture.Part;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.Tone;

/** Draws disks as pictures: a title, a bar to scale, and below it what the parts are. */
final class PictureView {
    private static final String BETWEEN = "   ";

    private PictureView() {}

    /**
     * How much a picture shows.
     *
     * @param boxed the bar is a box with names in it, else one row with numbers
     * @param legendRows the rows for what the parts are
     */
    record Detail(boolean boxed, int legendRows) {
        private static final List<Detail> MOST_FIRST =
                List.of(new Detail(true, 3), new Detail(true, 2), new Detail(true, 1), new Detail(false, 2));
        static final Detail LEAST = new Detail(false, 1);

        int rows() {
            return 1 + (boxed ? 4 : 1) + legendRows;
        }

        /** The most detailed that so many pictures, with a blank row between, can have in so many rows. */
        static Detail fitting(int pictures, int rows) {
            return MOST_FIRST.stream()
                    .filter(detail -> pictures * (detail.rows() + 1) - 1 <= rows)
                    .findFirst()
                    .orElse(LEAST);
        }
    }

    /** Draws a picture within the margins; returns the row below. */
    static int draw(Canvas canvas, int row, DiskPicture picture, Detail detail) {
        int columns = canvas.columns();
        String facts = Text.clean(picture.facts());
        canvas.put(Canvas.MARGIN, row, Tone.STRONG, picture.title(Math.max(10, columns - Text.width(facts) - 2)));
        canvas.put(Canvas.MARGIN + Math.max(0, columns - Text.width(facts)), row, Tone.DIM, facts);
        List<DiskBar.Run> runs = DiskBar.layout(picture, columns);
        int next = detail.boxed() ? box(canvas, row + 1, picture, runs) : bar(canvas, row + 1, runs);
        List<List<Item>> legend = legend(picture, columns, detail.legendRows());
        for (int i = 0; i < detail.legendRows(); i++) {
            if (i < legend.size()) {
                items(canvas, next + i, legend.get(i));
            }
        }
        return next + (legend.isEmpty() ? 0 : Math.min(detail.legendRows(), legend.size()));
    }

    private static int bar(Canvas canvas, int row, List<DiskBar.Run> runs) {
        Glyphs glyphs = canvas.glyphs();
        canvas.glyph(Canvas.MARGIN, row, Tone.PLAIN, glyphs.vertical());
        for (DiskBar.Run run : runs) {
            fill(canvas, row, run);
            String number = run.part()
                    .map(part -> part.number() == 0 ? "" : "" + part.number())
                    .orElse("");
            if (run.cells() > number.length()) {
                canvas.put(Canvas.MARGIN + run.column(), row, Tone.STRONG, number);
            }
            canvas.glyph(Canvas.MARGIN + run.end(), row, Tone.PLAIN, glyphs.vertical());
        }
        return row + 1;
    }

    private static int box(Canvas canvas, int row, DiskPicture picture, List<DiskBar.Run> runs) {
        Glyphs glyphs = canvas.glyphs();
        border(canvas, row, runs, glyphs.topLeft(), glyphs.topMiddle(), glyphs.topRight());
        border(canvas, row + 3, runs, glyphs.bottomLeft(), glyphs.bottomMiddle(), glyphs.bottomRight());
        for (int inner = 1; inner <= 2; inner++) {
            canvas.glyph(Canvas.MARGIN, row + inner, Tone.PLAIN, glyphs.vertical());
        }
        for (DiskBar.Run run : runs) {
            String free = picture.parts().isEmpty() ? "no partitions" : "free";
            String caption = Text.clean(run.part().map(Part::caption).orElse(free));
            boolean whole = Text.width(caption) <= run.cells();
            String number = run.part().map(part -> "" + part.number()).orElse("");
            String shown =
                    whole ? caption : run.cells() >= 6 ? Text.fit(caption, run.cells()) : Text.fit(number, run.cells());
            canvas.put(Canvas.MARGIN + run.column(), row + 1, run.part().isPresent() ? Tone.STRONG : Tone.DIM, shown);
            fill(canvas, row + 2, run);
            for (int inner = 1; inner <= 2; inner++) {
                canvas.glyph(Canvas.MARGIN + run.end(), row + inner, Tone.PLAIN, glyphs.vertical());
            }
        }
        return row + 4;
    }

    private static void border(Canvas canvas, int row, List<DiskBar.Run> runs, char left, char middle, char right) {
        canvas.glyph(Canvas.MARGIN, row, Tone.PLAIN, left);
        for (DiskBar.Run run : runs) {
            boolean last = run.equals(runs.getLast());
            canvas.run(
                    Canvas.MARGIN + run.column(),
                    row,
                    Tone.PLAIN,
                    canvas.glyphs().horizontal(),
                    run.cells());
            canvas.glyph(Canvas.MARGIN + run.end(), row, Tone.PLAIN, last ? right : middle);
        }
    }

    /** In use: full; free inside a part: light; unknown: half; outside parts: blank. */
    private static void fill(Canvas canvas, int row, DiskBar.Run run) {
        Part part = run.part().orElse(null);
        if (part == null) {
            return;
        }
        Glyphs glyphs = canvas.glyphs();
        int column = Canvas.MARGIN + run.column();
        if (part.usedBytes().isEmpty()) {
            canvas.run(column, row, Tone.BAR, glyphs.half(), run.cells());
            return;
        }
        canvas.run(column, row, Tone.BAR, glyphs.full(), run.filled());
        canvas.run(column + run.filled(), row, Tone.BAR, glyphs.light(), run.cells() - run.filled());
    }

    /** One part in words, and in brackets what to know of it. */
    private record Item(String words, String badges) {
        static Item of(String words, List<String> badges) {
            return new Item(
                    Text.clean(words), badges.isEmpty() ? "" : Text.clean("[" + String.join(", ", badges) + "]"));
        }

        int width() {
            return Text.width(words) + (words.isEmpty() || badges.isEmpty() ? 0 : 1) + Text.width(badges);
        }
    }

    /** The items in rows; as many words for each part as fit into so many rows. */
    private static List<List<Item>> legend(DiskPicture picture, int columns, int rows) {
        List<List<Item>> arranged = List.of();
        for (int brevity = 0; brevity < 4; brevity++) {
            arranged = arrange(items(picture, brevity), columns);
            if (arranged.size() <= rows) {
                return arranged;
            }
        }
        return arranged;
    }

    private static List<Item> items(DiskPicture picture, int brevity) {
        List<Item> items = new ArrayList<>();
        if (!picture.badges().isEmpty()) {
            items.add(Item.of("", picture.badges()));
        }
        picture.findings().forEach(finding -> items.add(Item.of(finding, List.of())));
        if (picture.parts().isEmpty() && picture.findings().isEmpty()) {
            items.add(Item.of("No partitions, no known file system.", List.of()));
        }
        long largest = picture.parts().stream()
                .mapToLong(part -> part.onDisk().length())
                .max()
                .orElse(0);
        for (Part part : picture.parts()) {
            boolean main = part.onDisk().length() == largest;
            String words =
                    switch (brevity) {
                        case 0 -> part.caption() + ": " + part.figures();
                        case 1 -> part.caption() + (part.fileSystem().isEmpty() ? "" : ": " + part.fileSystem());
                        case 2 -> main ? part.caption() + ": " + part.figures() : noted(part);
                        default -> noted(part);
                    };
            if (!words.isEmpty()) {
                items.add(Item.of(words, part.badges()));
            }
        }
        return items;
    }

    /** The caption of a part of which there is something to know. */
    private static String noted(Part part) {
        return part.badges().isEmpty() ? "" : part.caption();
    }

    private static List<List<Item>> arrange(List<Item> items, int columns) {
        List<List<Item>> rows = new ArrayList<>();
        int width = 0;
        for (Item item : items) {
            boolean fits = !rows.isEmpty() && width + BETWEEN.length() + item.width() <= columns;
            if (!fits) {
                rows.add(new ArrayList<>());
                width = -BETWEEN.length();
            }
            rows.getLast().add(item);
            width += BETWEEN.length() + item.width();
        }
        return rows;
    }

    private static void items(Canvas canvas, int row, List<Item> items) {
        int column = Canvas.MARGIN;
        int end = Canvas.MARGIN + canvas.columns();
        for (Item item : items) {
            column = canvas.put(column, row, Tone.PLAIN, Text.fit(item.words(), end - column));
            column += item.words().isEmpty() || item.badges().isEmpty() ? 0 : 1;
            column = canvas.put(column, row, Tone.ACCENT, Text.fit(item.badges(), Math.max(0, end - column)));
            column += BETWEEN.length();
        }
    }
}
