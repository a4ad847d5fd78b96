package org.rescuekey.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
 * @param course how it went over time
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
        String toolVersion,
        Course course) {
    private static final double NANOS_PER_SECOND = 1e9;

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
        line(text, "Elapsed", elapsedText());
        line(text, "Read", rate(readBytes));
        line(text, "Written", rate(writtenBytes));
        slowestText().ifPresent(slowest -> line(text, "Slowest", slowest));
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

    /** How long it took, and what of that it was paused. */
    public String elapsedText() {
        String all = String.format(Locale.ROOT, "%.1f s", elapsed().toNanos() / NANOS_PER_SECOND);
        return course.pausedNanos() == 0
                ? all
                : all + String.format(Locale.ROOT, ", of it paused %.1f s", course.pausedNanos() / NANOS_PER_SECOND);
    }

    /** A number of bytes, and the average rate while the job was not paused. */
    public String rate(long bytes) {
        double seconds = (elapsed().toNanos() - course.pausedNanos()) / NANOS_PER_SECOND;
        return ByteCount.of(bytes).exact() + ", " + ByteCount.text((long) (bytes / Math.max(0.001, seconds))) + "/s";
    }

    /** The slowest stretch, where the job was long enough to have one. */
    public Optional<String> slowestText() {
        return course.slowest()
                .map(stretch -> String.format(
                        Locale.ROOT,
                        "%s/s for %.0f s, from second %.0f on",
                        ByteCount.text(stretch.bytesPerSecond()),
                        stretch.lengthNanos() / NANOS_PER_SECOND,
                        stretch.fromNanos() / NANOS_PER_SECOND));
    }

    private static void list(StringBuilder text, String heading, List<String> sentences) {
        if (!sentences.isEmpty()) {
            text.append('\n').append(heading).append(":\n");
            sentences.forEach(sentence -> text.append("  - ").append(sentence).append('\n'));
        }
    }
}
