package org.rescuekey.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.rescuekey.plan.JobKind;
import org.rescuekey.units.ByteCount;

/**
 * The result of a job, as it is shown, saved as text and as JSON.
 *
 * @param kind the job
 * @param state how it ended
 * @param headline the one-line truth
 * @param planTitle what was asked
 * @param planDigest the plan that ran
 * @param started when
 * @param finished when
 * @param readBytes read from the source or image
 * @param writtenBytes written to the image or target
 * @param details what happened, a sentence each: unreadable and damaged ranges, notes
 * @param nextSteps what to do now, a sentence each
 * @param resultPath the image that was made or checked, or the target; empty if none
 * @param toolVersion of this program
 */
public record Report(
        JobKind kind,
        JobState state,
        String headline,
        String planTitle,
        String planDigest,
        Instant started,
        Instant finished,
        long readBytes,
        long writtenBytes,
        List<String> details,
        List<String> nextSteps,
        String resultPath,
        String toolVersion) {
    public Report {
        details = List.copyOf(details);
        nextSteps = List.copyOf(nextSteps);
    }

    public Duration elapsed() {
        return Duration.between(started, finished);
    }

    /** The report as people read it. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(kind.label())
                .append(": ")
                .append(state.label().toUpperCase(Locale.ROOT))
                .append('\n');
        text.append(headline).append("\n\n").append(planTitle).append('\n');
        line(text, "Started", started.toString());
        line(text, "Finished", finished.toString());
        double seconds = Math.max(0.001, elapsed().toNanos() / 1e9);
        line(text, "Elapsed", String.format(Locale.ROOT, "%.1f s", seconds));
        line(text, "Read", rate(readBytes, seconds));
        line(text, "Written", rate(writtenBytes, seconds));
        if (!resultPath.isEmpty()) {
            line(text, "Result", resultPath);
        }
        line(text, "Plan", planDigest);
        line(text, "Made by", "Rescue Key " + toolVersion);
        list(text, "Details", details);
        list(text, "What to do next", nextSteps);
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-9s %s%n", name, value));
    }

    private static String rate(long bytes, double seconds) {
        return ByteCount.of(bytes).exact() + ", " + ByteCount.text((long) (bytes / seconds)) + "/s";
    }

    private static void list(StringBuilder text, String heading, List<String> sentences) {
        if (!sentences.isEmpty()) {
            text.append('\n').append(heading).append(":\n");
            sentences.forEach(sentence -> text.append("  - ").append(sentence).append('\n'));
        }
    }
}
