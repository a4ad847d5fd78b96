package org.rescuekey.plan;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which restore points stay: of each rule so many, and whatever one rule keeps stays. A day, week or month counts if there
 * is an image of it, and its newest image is the one that stays. Days are those of UTC, weeks those of ISO 8601.
 *
 * @param last the newest
 * @param daily the newest of each of the last days
 * @param weekly the newest of each of the last weeks
 * @param monthly the newest of each of the last months
 */
public record KeepRules(int last, int daily, int weekly, int monthly) {
    public KeepRules {
        if (last < 0 || daily < 0 || weekly < 0 || monthly < 0) {
            throw new IllegalArgumentException("a negative number of images to keep");
        }
    }

    /** Whether no rule keeps anything. */
    public boolean isEmpty() {
        return last == 0 && daily == 0 && weekly == 0 && monthly == 0;
    }

    /** The images that stay. */
    Set<ImageFacts> kept(List<ImageFacts> images, Function<ImageFacts, Instant> created) {
        List<ImageFacts> newestFirst = images.stream()
                .sorted(Comparator.comparing(created)
                        .thenComparing(ImageFacts::path)
                        .reversed())
                .toList();
        Set<ImageFacts> kept = new LinkedHashSet<>(newestFirst.subList(0, Math.min(last, newestFirst.size())));
        keep(newestFirst, daily, image -> day(created.apply(image)).toLocalDate(), kept);
        keep(newestFirst, weekly, image -> week(created.apply(image)), kept);
        keep(newestFirst, monthly, image -> month(created.apply(image)), kept);
        return kept;
    }

    private static void keep(
            List<ImageFacts> newestFirst, int count, Function<ImageFacts, Object> period, Set<ImageFacts> kept) {
        Set<Object> periods = new HashSet<>();
        for (ImageFacts image : newestFirst) {
            if (periods.size() < count && periods.add(period.apply(image))) {
                kept.add(image);
            }
        }
    }

    private static ZonedDateTime day(Instant instant) {
        return instant.atZone(ZoneOffset.UTC);
    }

    private static Object week(Instant instant) {
        ZonedDateTime day = day(instant);
        return List.of(day.get(IsoFields.WEEK_BASED_YEAR), day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }

    private static Object month(Instant instant) {
        ZonedDateTime day = day(instant);
        return List.of(day.getYear(), day.getMonthValue());
    }
}
