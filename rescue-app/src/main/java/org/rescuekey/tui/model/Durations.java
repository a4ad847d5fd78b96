package org.rescuekey.tui.model;

import java.time.Duration;
import java.util.Locale;

/** Durations in words. */
public final class Durations {
    private Durations() {}

    /** Hours, minutes and seconds: "0:12:31". */
    public static String clock(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** As exact as an estimate deserves: "about 12 min". */
    public static String about(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return "less than a minute";
        }
        long minutes = (seconds + 30) / 60;
        return minutes < 120
                ? "about " + minutes + " min"
                : String.format(Locale.ROOT, "about %d h %02d min", minutes / 60, minutes % 60);
    }
}
