package org.rescuekey.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Events and reports as JSON: one object a line on standard output, or a file beside the image. */
public final class ReportJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReportJson() {}

    /** An event as one line without a line end. */
    public static String line(JobEvent event) {
        return switch (event) {
            case JobEvent.StepStarted step ->
                object("step")
                        .put("step", step.step())
                        .put("steps", step.steps())
                        .put("words", step.words())
                        .put("totalBytes", step.totalBytes())
                        .toString();
            case JobEvent.Progress progress ->
                object("progress")
                        .put("step", progress.step())
                        .put("doneBytes", progress.doneBytes())
                        .put("totalBytes", progress.totalBytes())
                        .put("readBytes", progress.readBytes())
                        .put("writtenBytes", progress.writtenBytes())
                        .put("elapsedMillis", progress.elapsedNanos() / 1_000_000)
                        .put("device", progress.where().device())
                        .put("offsetBytes", progress.where().offsetBytes())
                        .put("failures", progress.where().failures())
                        .toString();
            case JobEvent.Waiting waiting ->
                object("waiting")
                        .put("device", waiting.device())
                        .put("action", waiting.action())
                        .put("offsetBytes", waiting.offsetBytes())
                        .put("seconds", waiting.seconds())
                        .toString();
            case JobEvent.Paused paused ->
                object("paused").put("on", paused.on()).toString();
            case JobEvent.Limited limited ->
                object("limited")
                        .put("bytesPerSecond", limited.bytesPerSecond())
                        .toString();
            case JobEvent.Note note -> object("note").put("words", note.words()).toString();
            case JobEvent.Finished finished -> report(finished.report()).toString();
        };
    }

    /** A report as an object of several lines. */
    public static String document(Report report) {
        return report(report).toPrettyString() + "\n";
    }

    private static ObjectNode report(Report report) {
        ObjectNode node = object("report");
        node.put("job", report.kind().name().toLowerCase(java.util.Locale.ROOT));
        node.put(
                "state",
                report.state().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        node.put("exitCode", report.state().exitCode());
        node.put("headline", report.headline());
        node.put("plan", report.planDigest());
        node.put("title", report.planTitle());
        node.put("started", report.started().toString());
        node.put("finished", report.finished().toString());
        node.put("elapsedMillis", report.elapsed().toMillis());
        node.put("pausedMillis", report.course().pausedNanos() / 1_000_000);
        node.put("readBytes", report.readBytes());
        node.put("writtenBytes", report.writtenBytes());
        report.course()
                .slowest()
                .ifPresent(slowest -> node.putObject("slowest")
                        .put("fromMillis", slowest.fromNanos() / 1_000_000)
                        .put("lengthMillis", slowest.lengthNanos() / 1_000_000)
                        .put("bytesPerSecond", slowest.bytesPerSecond()));
        node.put("result", report.resultPath());
        report.details().forEach(node.putArray("details")::add);
        report.nextSteps().forEach(node.putArray("nextSteps")::add);
        return node.put("tool", "Rescue Key " + report.toolVersion());
    }

    private static ObjectNode object(String event) {
        return MAPPER.createObjectNode().put("event", event);
    }
}
