package org.rescuekey.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Step;

/**
 * A report as one HTML page that stands by itself: it loads nothing, runs nothing, and forbids both. Whatever came from disks
 * is text in it (see {@link Markup}). It is well-formed XML.
 */
final class ReportHtml {
    /** More details are folded up. */
    private static final int DETAILS_IN_SIGHT = 20;

    private static final String STYLE = style();

    private final Report report;
    private final Plan plan;
    private final Markup page = new Markup();

    private ReportHtml(Report report, Plan plan) {
        this.report = report;
        this.plan = plan;
    }

    static String page(Report report, Plan plan) {
        return new ReportHtml(report, plan).page();
    }

    private String page() {
        String title = report.kind().label() + ": " + report.state().label();
        page.raw("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n");
        page.raw("<meta charset=\"utf-8\"/>\n<meta http-equiv=\"Content-Security-Policy\""
                + " content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n");
        page.raw("<meta name=\"viewport\" content=\"width=device-width\"/>\n");
        page.element("title", title).raw("\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n<main>\n");
        banner(title);
        list("What to do next", report.nextSteps());
        figures();
        if (!plan.pictures().isEmpty()) {
            page.raw("<h2>Disks</h2>\n");
            plan.pictures().forEach(sketch -> DiskDrawing.draw(page, sketch));
        }
        page.raw("<h2>Throughput</h2>\n");
        RatePlot.draw(page, report.course());
        plan();
        details();
        page.raw("<footer>")
                .text("Made by Rescue Key " + report.toolVersion() + ".")
                .raw("</footer>\n");
        return page.raw("</main>\n</body>\n</html>\n").toString();
    }

    /** The state as a sign, a word and a colour; the word alone is enough. */
    private void banner(String title) {
        String look =
                switch (report.state()) {
                    case COMPLETE -> "good";
                    case COMPLETE_WITH_UNREADABLE, CANCELLED, REFUSED -> "warning";
                    case INCOMPLETE, DAMAGED, FAILED -> "bad";
                };
        String sign =
                switch (look) {
                    case "good" -> "\u2714";
                    case "warning" -> "!";
                    default -> "\u2716";
                };
        page.raw("<header class=\"" + look + "\"><h1><span aria-hidden=\"true\">" + sign + "</span> ")
                .text(title.toUpperCase(Locale.ROOT))
                .raw("</h1>")
                .element("p", report.headline())
                .raw("</header>\n");
        page.element("p", report.planTitle()).raw("\n");
    }

    private void figures() {
        page.raw("<h2>Figures</h2>\n<table class=\"figures\">\n");
        figure("Started", report.started().toString());
        figure("Finished", report.finished().toString());
        figure("Elapsed", report.elapsedText());
        figure("Read", report.rate(report.readBytes()));
        figure("Written", report.rate(report.writtenBytes()));
        report.slowestText().ifPresent(slowest -> figure("Slowest", slowest));
        figure("Result", report.resultPath());
        figure("Plan", report.planDigest());
        page.raw("</table>\n");
    }

    private void figure(String name, String value) {
        if (!value.isEmpty()) {
            page.raw("<tr>").element("th", name).element("td", value).raw("</tr>\n");
        }
    }

    private void plan() {
        page.raw("<h2>The plan</h2>\n<ol>\n");
        for (Step step : plan.steps()) {
            page.element("li", step.words()).raw("\n");
        }
        page.raw("</ol>\n");
        effects("What was to be lost", Effect.Kind.LOSS);
        effects("To note", Effect.Kind.WARNING);
        effects("What was to be there", Effect.Kind.RESULT);
        effects("Before the first start", Effect.Kind.FIRST_START);
        page.raw("<h3>The same on the command line</h3>\n")
                .element("pre", plan.commandLine())
                .raw("\n");
    }

    private void effects(String heading, Effect.Kind kind) {
        List<String> words = plan.effects(kind).stream().map(Effect::words).toList();
        if (!words.isEmpty()) {
            page.element("h3", heading);
            sentences(words);
        }
    }

    private void details() {
        List<String> details = report.details();
        if (details.size() <= DETAILS_IN_SIGHT) {
            list("Details", details);
            return;
        }
        list("Details", details.subList(0, DETAILS_IN_SIGHT));
        List<String> rest = details.subList(DETAILS_IN_SIGHT, details.size());
        page.raw("<details>").element("summary", rest.size() + " more");
        sentences(rest);
        page.raw("</details>\n");
    }

    private void list(String heading, List<String> words) {
        if (!words.isEmpty()) {
            page.element("h2", heading);
            sentences(words);
        }
    }

    private void sentences(List<String> words) {
        page.raw("<ul>\n");
        words.forEach(sentence -> page.element("li", sentence).raw("\n"));
        page.raw("</ul>\n");
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(ReportHtml.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
