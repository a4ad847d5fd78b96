package org.rescuekey.tui.view;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Step;
import org.rescuekey.tui.model.Durations;
import org.rescuekey.tui.model.Job;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.RunScreen;
import org.rescuekey.tui.model.Steering;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.Tone;
import org.rescuekey.units.ByteCount;

/** Draws a running job: the whole as a bar, figures, steps, and the throughput of its last minutes as a graph. */
final class RunView {
    private static final int PERCENT_COLUMNS = 6;

    /** Where the names of figures stand, and their values behind them. */
    private static final List<Integer> COLUMNS = List.of(0, 32, 55);

    private static final int NAME_COLUMNS = 9;
    private static final int VALUE_COLUMNS = 22;
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
        String left =
                switch (job.phase()) {
                    case PAUSED -> "paused";
                    case CANCELLING -> "being cancelled";
                    case RUNNING ->
                        job.waiting().isPresent()
                                ? "waits for a disk"
                                : job.left().map(Durations::about).orElse("not known yet");
                };
        boolean stands = job.phase() == Steering.Phase.PAUSED || job.waiting().isPresent();
        long now = stands ? 0 : job.throughput().recent(RECENT_SECONDS);
        figureRow(
                canvas,
                row,
                List.of("Elapsed", "Read", "Now"),
                List.of(
                        Durations.clock(job.elapsed(model.now())),
                        ByteCount.text(job.readBytes()),
                        ByteCount.text(now) + "/s"));
        figureRow(
                canvas,
                row + 1,
                List.of("Left", "Written", "Average"),
                List.of(left, ByteCount.text(job.writtenBytes()), ByteCount.text(job.averageRate()) + "/s"));
        figureRow(
                canvas,
                row + 2,
                List.of("At", "Then", "Limit"),
                List.of(
                        place(job.where()),
                        job.steering().then().label(),
                        job.steering().limitText()));
        String reason = reason(model, job);
        if (!reason.isEmpty()) {
            canvas.line(row + 3, Tone.WARNING, reason);
        }
        return row + 4;
    }

    private static String place(JobEvent.Where where) {
        if (!where.isKnown()) {
            return "-";
        }
        String name = where.device().substring(where.device().lastIndexOf('/') + 1);
        String at = ByteCount.text(where.offsetBytes());
        return Text.fit(Text.clean(name), VALUE_COLUMNS - at.length() - 2) + ", " + at;
    }

    /** Why nothing moves, or what else to know of how it goes; empty if all is well. */
    private static String reason(Model model, Job job) {
        if (job.phase() == Steering.Phase.PAUSED) {
            Duration paused = Duration.between(job.steering().pausedAt(), model.now());
            return "Paused for " + Durations.clock(paused) + ". P lets the job go on.";
        }
        if (job.waiting().isPresent()) {
            return "! " + job.waiting().get().words() + ".";
        }
        Duration silent = Duration.between(job.heard(), model.now());
        if (silent.compareTo(SILENCE) > 0) {
            return "Nothing has moved for " + silent.toSeconds() + " s; waiting for a disk.";
        }
        long failures = job.where().failures();
        return failures == 0 ? "" : "Requests that a disk answered with an error: " + failures + ". L shows the log.";
    }

    private static void figureRow(Canvas canvas, int row, List<String> names, List<String> values) {
        for (int i = 0; i < names.size(); i++) {
            int column = Canvas.MARGIN + COLUMNS.get(i);
            canvas.put(column, row, Tone.DIM, names.get(i));
            canvas.put(column + NAME_COLUMNS, row, Tone.STRONG, values.get(i));
        }
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
                    case CLONE ->
                        "The target then holds neither its old content nor the whole copy: it cannot be used or started"
                                + " from until a clone or restore to it is complete. The source stays as it is.";
                    case CONSOLIDATE, PRUNE ->
                        "No image is deleted before what takes its place is proven; what is left can go on later.";
                    case WRITE_STICK -> "The stick then holds neither its old content nor a system that starts.";
                    case VERIFY -> "Nothing is changed; but nothing is proven about the rest of the image.";
                };
        int next = canvas.line(row, Tone.WARNING, "Cancel this job?");
        next = canvas.paragraph(
                next,
                job.plan().kind() == JobKind.RESTORE || job.plan().kind() == JobKind.CLONE ? Tone.LOSS : Tone.PLAIN,
                consequence,
                4);
        canvas.paragraph(next + 1, Tone.PLAIN, "C cancels. Esc or Enter lets the job go on; it is still running.", 2);
    }
}
