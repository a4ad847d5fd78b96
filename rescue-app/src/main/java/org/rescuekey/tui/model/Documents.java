package org.rescuekey.tui.model;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rescuekey.engine.JobState;
import org.rescuekey.engine.Report;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.Plan;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.units.ByteCount;

/** The texts that scroll, laid out for a width. Pure. */
public final class Documents {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int KEY_COLUMNS = 14;

    private Documents() {}

    /**
     * A plan, losses first.
     *
     * @param staying the restore points that stay, where some go
     */
    public static List<Line> plan(Plan plan, List<String> staying, int columns) {
        List<Line> lines = new ArrayList<>(Line.paragraph(Tone.STRONG, "", plan.title(), columns));
        effects(lines, "What will be lost", Tone.LOSS, "! ", plan.effects(Effect.Kind.LOSS), columns);
        section(lines, "What stays", staying, columns);
        effects(lines, "Please note", Tone.WARNING, "* ", plan.effects(Effect.Kind.WARNING), columns);
        heading(lines, "What will be done");
        for (int i = 0; i < plan.steps().size(); i++) {
            String number = String.format(Locale.ROOT, "%2d  ", i + 1);
            lines.addAll(Line.paragraph(Tone.PLAIN, number, plan.steps().get(i).words(), columns));
        }
        effects(lines, "What will be there", Tone.PLAIN, "- ", plan.effects(Effect.Kind.RESULT), columns);
        effects(lines, "Before the first start", Tone.WARNING, "* ", plan.effects(Effect.Kind.FIRST_START), columns);
        heading(lines, "In figures");
        lines.add(Line.plain("Reads " + ByteCount.text(plan.bytesToRead()) + ", writes at most "
                + ByteCount.text(plan.bytesToWrite()) + "."));
        heading(lines, "The same on the command line");
        lines.addAll(Line.paragraph(Tone.ACCENT, "", plan.commandLine(), columns));
        lines.add(new Line(Tone.DIM, "plan " + plan.digest()));
        return lines;
    }

    /** What a confirmation has beside it: all that will be lost. */
    public static List<Line> losses(Plan plan, int columns) {
        List<Line> lines = new ArrayList<>();
        plan.effects(Effect.Kind.LOSS)
                .forEach(effect -> lines.addAll(Line.paragraph(Tone.LOSS, "! ", effect.words(), columns)));
        return lines;
    }

    /** A report: the truth in large, then what to do next, then figures and details. */
    public static List<Line> report(Report report, int columns) {
        List<Line> lines = new ArrayList<>(banner(report.state(), columns));
        lines.add(Line.BLANK);
        lines.addAll(Line.paragraph(Tone.STRONG, "", report.headline(), columns));
        section(lines, "What to do next", report.nextSteps(), columns);
        heading(lines, "Figures");
        figure(lines, "Job", report.planTitle(), columns);
        figure(lines, "Result", report.resultPath(), columns);
        figure(lines, "Elapsed", Durations.clock(report.elapsed()), columns);
        figure(lines, "Read", report.rate(report.readBytes()), columns);
        figure(lines, "Written", report.rate(report.writtenBytes()), columns);
        figure(lines, "Slowest", report.slowestText().orElse(""), columns);
        figure(lines, "Started", DATE_TIME.format(report.started()), columns);
        figure(lines, "Finished", DATE_TIME.format(report.finished()), columns);
        figure(lines, "Plan", report.planDigest(), columns);
        figure(lines, "Made by", "Rescue Key " + report.toolVersion(), columns);
        section(lines, "Details", report.details(), columns);
        return lines;
    }

    /** The state in spaced capitals, so that it is read first also where there is no colour. */
    private static List<Line> banner(JobState state, int columns) {
        String capitals = state.label().toUpperCase(Locale.ROOT);
        String spaced = String.join(" ", capitals.split("")).replace("     ", "   ");
        Tone tone =
                switch (state) {
                    case COMPLETE -> Tone.GOOD;
                    case COMPLETE_WITH_UNREADABLE, CANCELLED, REFUSED -> Tone.WARNING;
                    case INCOMPLETE, DAMAGED, FAILED -> Tone.LOSS;
                };
        String text = Text.width(spaced) <= columns ? spaced : capitals;
        String rule = (state.isSuccess() ? "=" : "!").repeat(Math.min(columns, Text.width(text)));
        return List.of(new Line(tone, rule), new Line(tone, text), new Line(tone, rule));
    }

    public static List<Line> log(List<LogEntry> log, int columns) {
        List<Line> lines = new ArrayList<>();
        for (LogEntry entry : log) {
            lines.addAll(Line.paragraph(Tone.PLAIN, TIME.format(entry.at()) + "  ", entry.words(), columns));
        }
        return lines;
    }

    /** The help of the screen that lies below the help. */
    public static List<Line> help(Model model, int columns) {
        Model below = model.pop();
        List<Line> lines = new ArrayList<>();
        lines.add(Line.strong(below.screen().title()));
        lines.addAll(Line.paragraph(Tone.PLAIN, "", below.screen().about(), columns));
        heading(lines, "Keys");
        for (Binding<Action> binding : Bindings.of(below)) {
            String keys = Text.pad(binding.keyNames(), Math.max(KEY_COLUMNS, Text.width(binding.keyNames())) + 2);
            lines.addAll(Line.paragraph(Tone.PLAIN, keys, binding.help(), columns));
            if (binding.isDisabled()) {
                String indent = " ".repeat(Text.width(keys));
                lines.addAll(Line.paragraph(Tone.DIM, indent, "Not now: " + binding.disabledReason(), columns));
            }
        }
        lines.add(Line.BLANK);
        lines.add(new Line(Tone.DIM, "Rescue Key " + model.version()));
        return lines;
    }

    private static void effects(
            List<Line> lines, String heading, Tone tone, String lead, List<Effect> effects, int columns) {
        if (!effects.isEmpty()) {
            heading(lines, heading);
            effects.forEach(effect -> lines.addAll(Line.paragraph(tone, lead, effect.words(), columns)));
        }
    }

    private static void section(List<Line> lines, String heading, List<String> sentences, int columns) {
        if (!sentences.isEmpty()) {
            heading(lines, heading);
            sentences.forEach(sentence -> lines.addAll(Line.paragraph(Tone.PLAIN, "- ", sentence, columns)));
        }
    }

    private static void heading(List<Line> lines, String heading) {
        lines.add(Line.BLANK);
        lines.add(Line.strong(heading));
    }

    private static void figure(List<Line> lines, String name, String value, int columns) {
        if (!value.isEmpty()) {
            lines.addAll(Line.paragraph(Tone.PLAIN, Text.pad(name, 10), value, columns));
        }
    }
}
