package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.plan.DiskSketch;
import org.rescuekey.plan.DiskSketch.Fate;
import org.rescuekey.plan.DiskSketch.Part;
import org.rescuekey.units.ByteCount;

/**
 * Draws a disk as a bar, to scale as far as small partitions stay visible, and below it a table with the same in words: what
 * becomes of a partition is a pattern and a word, never a colour alone.
 */
final class DiskDrawing {
    private static final int WIDTH = 900;
    private static final int BAR_HEIGHT = 46;
    private static final int LEAST_WIDTH = 26;
    private static final int PIXELS_PER_CHARACTER = 8;

    /** A run of the disk: a partition, or what lies between. */
    private record Cell(Part part, long start, long length) {
        boolean isGap() {
            return part.number() < 0;
        }
    }

    private DiskDrawing() {}

    static void draw(Markup page, DiskSketch sketch) {
        page.element("h3", sketch.caption());
        page.raw("<p>")
                .text(sketch.disk() + ", " + ByteCount.of(sketch.sizeBytes()).exact())
                .raw("</p>\n");
        List<Cell> cells = cells(sketch);
        if (cells.size() * LEAST_WIDTH <= WIDTH) { // more have no room; the table has them all
            bar(page, cells);
        }
        if (sketch.parts().isEmpty()) {
            page.raw("<p>No partitions.</p>\n");
        } else {
            table(page, sketch.parts());
        }
    }

    private static List<Cell> cells(DiskSketch sketch) {
        List<Cell> cells = new ArrayList<>();
        long at = 0;
        for (Part part : sketch.parts()) {
            gap(cells, at, part.onDisk().start(), sketch.sizeBytes());
            cells.add(new Cell(part, part.onDisk().start(), part.onDisk().length()));
            at = Math.max(at, part.onDisk().end());
        }
        gap(cells, at, sketch.sizeBytes(), sketch.sizeBytes());
        return cells;
    }

    /** Gaps of less than a thousandth of the disk are alignment and would only confuse. */
    private static void gap(List<Cell> cells, long from, long to, long sizeBytes) {
        if (to - from > sizeBytes / 1000) {
            Part free = new Part(
                    -1,
                    new org.rescuekey.units.Extent(from, to - from),
                    "",
                    "",
                    java.util.OptionalLong.empty(),
                    Fate.STAYS);
            cells.add(new Cell(free, from, to - from));
        }
    }

    private static void bar(Markup page, List<Cell> cells) {
        page.raw(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-hidden=\"true\">%n",
                WIDTH, BAR_HEIGHT + 2);
        double[] widths = widths(cells);
        double x = 0;
        for (int i = 0; i < cells.size(); i++) {
            cell(page, cells.get(i), x, widths[i]);
            x += widths[i];
        }
        page.raw("</svg>\n");
    }

    /** In proportion, but none narrower than its number. */
    private static double[] widths(List<Cell> cells) {
        double total = cells.stream().mapToDouble(Cell::length).sum();
        double room = WIDTH - (double) LEAST_WIDTH * cells.size();
        double[] widths = new double[cells.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = LEAST_WIDTH + (total == 0 ? 0 : cells.get(i).length() / total * Math.max(0, room));
        }
        return widths;
    }

    private static void cell(Markup page, Cell cell, double x, double width) {
        if (cell.isGap()) {
            page.raw("<rect class=\"gap\" x=\"%.1f\" y=\"1\" width=\"%.1f\" height=\"%d\"/>%n", x, width, BAR_HEIGHT);
            return;
        }
        Part part = cell.part();
        String fate = part.fate().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        page.raw(
                "<g class=\"%s\"><rect class=\"part\" x=\"%.1f\" y=\"1\" width=\"%.1f\" height=\"%d\">",
                fate, x, width - 1, BAR_HEIGHT);
        page.element(
                        "title",
                        caption(part) + ": " + figures(part) + ", "
                                + part.fate().words())
                .raw("</rect>");
        part.usedBytes().ifPresent(used -> {
            double share = Math.clamp((double) used / Math.max(1, cell.length()), 0, 1);
            page.raw(
                    "<rect class=\"used\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"8\"/>",
                    x, BAR_HEIGHT - 7, (width - 1) * share);
        });
        int room = (int) ((width - 8) / PIXELS_PER_CHARACTER);
        page.raw("<text x=\"%.1f\" y=\"17\">", x + 5)
                .text(fitted(caption(part), room))
                .raw("</text>");
        if (room > 12) {
            page.raw("<text class=\"small\" x=\"%.1f\" y=\"33\">", x + 5)
                    .text(fitted(figures(part), room))
                    .raw("</text>");
        }
        page.raw("</g>\n");
    }

    private static void table(Markup page, List<Part> parts) {
        page.raw(
                "<table><tr><th>Partition</th><th>File system</th><th>Size</th><th>Used</th><th>In this job</th></tr>\n");
        for (Part part : parts) {
            page.raw("<tr>").element("td", caption(part)).element("td", part.fileSystem());
            page.element("td", ByteCount.text(part.onDisk().length()));
            page.element(
                    "td",
                    part.usedBytes().isPresent()
                            ? ByteCount.text(part.usedBytes().getAsLong())
                            : "");
            page.element("td", part.fate().words()).raw("</tr>\n");
        }
        page.raw("</table>\n");
    }

    private static String caption(Part part) {
        return part.number() == 0 ? part.name() : (part.number() + " " + part.name()).strip();
    }

    private static String figures(Part part) {
        String size = ByteCount.text(part.onDisk().length());
        return part.fileSystem().isEmpty() ? size : part.fileSystem() + ", " + size;
    }

    private static String fitted(String text, int characters) {
        int length = text.codePointCount(0, text.length());
        if (length <= characters) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, Math.max(1, characters - 1))) + "\u2026";
    }
}
