package org.rescuekey.engine;

import java.util.List;
import java.util.Locale;
import org.rescuekey.engine.Course.Sample;
import org.rescuekey.units.ByteCount;

/**
 * Draws how fast a job read and wrote over its time, as SVG: every interval between two samples is a level of its own, nothing
 * is smoothed, and what was paused is a band that says so.
 */
final class RatePlot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 260;
    private static final int LEFT = 90;
    private static final int RIGHT = 12;
    private static final int TOP = 14;
    private static final int BOTTOM = 34;
    private static final int LINES = 4;
    private static final int MOST_TICKS = 8;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Integer> TICK_SECONDS =
            List.of(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400);

    private final List<Sample> samples;
    private final double seconds;
    private final double top;

    private RatePlot(List<Sample> samples) {
        this.samples = samples;
        this.seconds = samples.getLast().elapsedNanos() / NANOS_PER_SECOND;
        double most = 0;
        for (int i = 1; i < samples.size(); i++) {
            most = Math.max(most, Math.max(rate(i, false), rate(i, true)));
        }
        this.top = roundUp(most);
    }

    /** Draws a course, or says that there is nothing to draw. */
    static void draw(Markup page, Course course) {
        List<Sample> samples = course.samples();
        if (samples.size() < 2 || samples.getLast().elapsedNanos() <= 0) {
            page.raw("<p>The job was too short for a plot.</p>\n");
            return;
        }
        RatePlot plot = new RatePlot(samples);
        page.raw(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " aria-label=\"Bytes read and written per second over the time of the job\">%n",
                WIDTH, HEIGHT);
        plot.pauses(page);
        plot.grid(page);
        course.slowest().ifPresent(stretch -> plot.slowest(page, stretch));
        page.raw("<path class=\"read\" d=\"%s\"/>%n", plot.path(false));
        page.raw("<path class=\"written\" d=\"%s\"/>%n", plot.path(true));
        page.raw("</svg>\n<p class=\"key\"><span class=\"read\">read: solid line</span>"
                + " <span class=\"written\">written: dashed line</span>"
                + (course.pausedNanos() > 0 ? " <span>grey bands: paused</span>" : "") + "</p>\n");
    }

    private void pauses(Markup page) {
        for (int i = 0; i < samples.size(); i++) {
            if (!samples.get(i).paused()) {
                continue;
            }
            int first = i;
            while (i + 1 < samples.size() && samples.get(i + 1).paused()) {
                i++;
            }
            int last = Math.min(i + 1, samples.size() - 1);
            double from = x(samples.get(first).elapsedNanos() / NANOS_PER_SECOND);
            double to = x(samples.get(last).elapsedNanos() / NANOS_PER_SECOND);
            page.raw(
                    "<rect class=\"pause\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>paused</title></rect>%n",
                    from, TOP, Math.max(1, to - from), HEIGHT - TOP - BOTTOM);
            if (to - from > 50) {
                page.raw("<text x=\"%.1f\" y=\"%d\" class=\"middle\">paused</text>%n", (from + to) / 2, TOP + 14);
            }
        }
    }

    private void grid(Markup page) {
        for (int line = 0; line <= LINES; line++) {
            double rate = top * line / LINES;
            page.raw(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT, WIDTH - RIGHT, y(rate), y(rate));
            page.raw(
                    "<text class=\"end\" x=\"%d\" y=\"%.1f\">%s/s</text>%n",
                    LEFT - 6, y(rate) + 4, ByteCount.text((long) rate));
        }
        int step = TICK_SECONDS.stream()
                .filter(candidate -> seconds / candidate <= MOST_TICKS)
                .findFirst()
                .orElse((int) Math.ceil(seconds / MOST_TICKS));
        for (long tick = 0; tick <= seconds; tick += step) {
            page.raw(
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x((double) tick), x((double) tick), HEIGHT - BOTTOM, HEIGHT - BOTTOM + 5);
            page.raw(
                    "<text class=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>%n",
                    x((double) tick), HEIGHT - BOTTOM + 20, time(tick));
        }
    }

    private void slowest(Markup page, Course.Stretch stretch) {
        double from = x(stretch.fromNanos() / NANOS_PER_SECOND);
        double to = x((stretch.fromNanos() + stretch.lengthNanos()) / NANOS_PER_SECOND);
        page.raw(
                "<rect class=\"slowest\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"4\"><title>the slowest stretch</title></rect>%n",
                from, HEIGHT - BOTTOM - 4, Math.max(3, to - from));
    }

    private String path(boolean written) {
        StringBuilder path = new StringBuilder();
        for (int i = 1; i < samples.size(); i++) {
            double level = y(rate(i, written));
            double from = x(samples.get(i - 1).elapsedNanos() / NANOS_PER_SECOND);
            double to = x(samples.get(i).elapsedNanos() / NANOS_PER_SECOND);
            path.append(String.format(Locale.ROOT, "%s%.1f %.1fH%.1f", i == 1 ? "M" : "L", from, level, to));
        }
        return path.toString();
    }

    /** The rate in the interval that ends with a sample. */
    private double rate(int sample, boolean written) {
        Sample from = samples.get(sample - 1);
        Sample to = samples.get(sample);
        double length = (to.elapsedNanos() - from.elapsedNanos()) / NANOS_PER_SECOND;
        long bytes = written ? to.writtenBytes() - from.writtenBytes() : to.readBytes() - from.readBytes();
        return length <= 0 ? 0 : bytes / length;
    }

    private double x(double second) {
        return LEFT + second / seconds * (WIDTH - LEFT - RIGHT);
    }

    private double y(double rate) {
        return HEIGHT - BOTTOM - rate / top * (HEIGHT - TOP - BOTTOM);
    }

    /** A rate whose quarters are easy to read. */
    private static double roundUp(double most) {
        double candidate = 4;
        while (candidate < most) {
            if (candidate * 1.5 >= most) {
                return candidate * 1.5;
            }
            candidate *= 2;
        }
        return candidate;
    }

    private static String time(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
