package org.rescuekey.tui.view;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Step;
import org.rescuekey.tui.model.Durations;
import org.rescuekey.tui.model.Job;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.RunScreen;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.Tone;
import org.rescuekey.units.ByteCount;

/** Draws a running job: the whole as a bar, figures, steps, and the throughput of its last minutes as a graph. */
final class RunView {
    private static final int PERCENT_COLUMNS = 6;
    private static final int LEAST_GRAPH_ROWS = 4;
    private static final int MOST_GRAPH_ROWS = 10;
    private static final int RECENT_SECONDS = 3;
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private RunView() {}

    /** One line for Home: which job runs and how far it is; returns the row below. */
    static int summary(Canvas canvas, int row, Model model) {
        Job job = model.job().orElseThrow();
        String state = job.plan().kind().label() + " is running: " + percent(job) + " done. J shows it.";
        return canvas.line(row, Tone.STRONG, "  " + state);
    }

    static void draw(Canvas canvas, Model model, RunScreen run) {
        Job job = model.job().orElse(null);
        if (job == null) {
            canvas.line(Canvas.TOP, Tone.PLAIN, "No job is running.");
            return;
        }
        int row = canvas.paragraph(Canvas.TOP, Tone.STRONG, job.plan().title(), 2) + 1;
        row = bar(canvas, row, job) + 1;
        row = figures(canvas, row, model, job) + 1;
        int below = canvas.bottom();
        if (run.asking()) {
            question(canvas, row, job);
            return;
        }
        String latest = job.notes().isEmpty() ? "" : job.notes().getLast();
        int height = Math.clamp(canvas.size().bodyRows() / 5, LEAST_GRAPH_ROWS, MOST_GRAPH_ROWS);
        int graphRow = below - height - 2;
        int steps = Math.max(1, graphRow - 1 - row);
        steps(canvas, row, job, steps);
        graph(canvas, graphRow, height, job);
        if (!latest.isEmpty()) {
            canvas.line(below - 1, Tone.WARNING, "Note: " + latest);
        }
    }

    private static int bar(Canvas canvas, int row, Job job) {
        int cells = Math.max(1, canvas.columns() - PERCENT_COLUMNS);
        int done = (int) (cells * job.fraction());
        canvas.run(Canvas.MARGIN, row, Tone.BAR, canvas.glyphs().full(), done);
        canvas.run(Canvas.MARGIN + done, row, Tone.BAR, canvas.glyphs().light(), cells - done);
        canvas.put(Canvas.MARGIN + cells, row, Tone.STRONG, Text.padLeft(percent(job), PERCENT_COLUMNS));
        return row + 1;
    }

    private static String percent(Job job) {
        return String.format(Locale.ROOT, "%.1f%%", Math.floor(job.fraction() * 1000) / 10);
    }

    private static int figures(Canvas canvas, int row, Model model, Job job) {
        Duration elapsed = Duration.between(job.started(), model.now());
        String left =
                switch (job.phase()) {
                    case PAUSED -> "paused";
                    case CANCELLING -> "being cancelled";
                    case RUNNING -> job.left().map(Durations::about).orElse("not known yet");
                };
        long now = job.phase() == Job.Phase.PAUSED ? 0 : job.throughput().recent(RECENT_SECONDS);
        figureRow(
                canvas, row, "Elapsed", Durations.clock(elapsed), "Read", ByteCount.text(job.readBytes()), "Now", now);
        figureRow(
                canvas,
                row + 1,
                "Left",
                left,
                "Written",
                ByteCount.text(job.writtenBytes()),
                "Average",
                job.averageRate());
        Duration silent = Duration.between(job.heard(), model.now());
        if (job.phase() == Job.Phase.RUNNING && silent.compareTo(SILENCE) > 0) {
            canvas.line(
                    row + 2, Tone.WARNING, "Nothing has moved for " + silent.toSeconds() + " s; waiting for a disk.");
        }
        return row + 3;
    }

    private static void figureRow(
            Canvas canvas, int row, String name, String value, String name2, String value2, String name3, long rate) {
        canvas.put(Canvas.MARGIN, row, Tone.DIM, name);
        canvas.put(Canvas.MARGIN + 10, row, Tone.STRONG, value);
        canvas.put(Canvas.MARGIN + 32, row, Tone.DIM, name2);
        canvas.put(Canvas.MARGIN + 41, row, Tone.STRONG, value2);
        canvas.put(Canvas.MARGIN + 55, row, Tone.DIM, name3);
        canvas.put(Canvas.MARGIN + 64, row, Tone.STRONG, ByteCount.text(rate) + "/s");
    }

    private static void steps(Canvas canvas, int firstRow, Job job, int rows) {
        List<Step> steps = job.plan().steps();
        int first = Math.clamp(job.step() - rows / 2L, 0, Math.max(0, steps.size() - rows));
        int shown = Math.min(rows, steps.size() - first);
        for (int i = 0; i < shown; i++) {
            int step = first + i;
            boolean current = step == job.step();
            String state = step < job.step() ? "done" : current ? "now " : "    ";
            String share = current && job.weights().get(step) > 0
                    ? Math.min(100, 100 * job.stepDoneBytes() / job.weights().get(step)) + "%"
                    : "";
            String words = state
                    + String.format(Locale.ROOT, " %2d  ", step + 1)
                    + steps.get(step).words();
            String padded = Text.pad(Text.clean(words), Math.max(10, canvas.columns() - PERCENT_COLUMNS));
            canvas.line(firstRow + i, current ? Tone.STRONG : Tone.DIM, padded + Text.padLeft(share, PERCENT_COLUMNS));
        }
    }

    /** Each column a second, the newest at the right. */
    private static void graph(Canvas canvas, int row, int rows, Job job) {
        List<Long> rates = job.throughput().perSecond();
        int columns = canvas.columns();
        List<Long> shown = rates.subList(Math.max(0, rates.size() - columns), rates.size());
        long most = shown.stream().mapToLong(Long::longValue).max().orElse(0);
        String heading = most == 0 ? "Throughput" : "Throughput, at most " + ByteCount.text(most) + "/s";
        canvas.line(row, Tone.DIM, heading);
        int first = Canvas.MARGIN + columns - shown.size();
        for (int i = 0; i < shown.size(); i++) {
            double height = most == 0 ? 0 : (double) shown.get(i) / most * rows;
            for (int level = 0; level < rows; level++) {
                cell(canvas, first + i, row + rows - level, height - level);
            }
        }
    }

    private static void cell(Canvas canvas, int column, int row, double height) {
        Glyphs glyphs = canvas.glyphs();
        if (height >= 0.9) {
            canvas.glyph(column, row, Tone.BAR, glyphs.full());
        } else if (height >= 0.5) {
            canvas.glyph(column, row, Tone.BAR, glyphs.half());
        } else if (height >= 0.1) {
            canvas.glyph(column, row, Tone.BAR, glyphs.light());
        }
    }

    private static void question(Canvas canvas, int row, Job job) {
        String consequence =
                switch (job.plan().kind()) {
                    case CAPTURE ->
                        "The image stays incomplete and cannot be restored; it says so wherever it is listed. The disk"
                                + " that is backed up stays as it is.";
                    case RESTORE ->
                        "The target then holds neither its old content nor the whole image: it cannot be used or"
                                + " started from until an image is restored to it in full.";
                    case CONSOLIDATE, PRUNE ->
                        "No image is deleted before what takes its place is proven; what is left can go on later.";
                    case WRITE_STICK -> "The stick then holds neither its old content nor a system that starts.";
                    case VERIFY -> "Nothing is changed; but nothing is proven about the rest of the image.";
                };
        int next = canvas.line(row, Tone.WARNING, "Cancel this job?");
        next = canvas.paragraph(next, job.plan().kind() == JobKind.RESTORE ? Tone.LOSS : Tone.PLAIN, consequence, 4);
        canvas.paragraph(next + 1, Tone.PLAIN, "C cancels. Esc or Enter lets the job go on; it is still running.", 2);
    }
}
