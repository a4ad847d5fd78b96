package org.rescuekey.tui.view;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.Timeline;
import org.rescuekey.units.ByteCount;

/** An image in one line. */
final class ImageRow {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int NUMBER = 3;
    private static final int DATE_COLUMNS = 16;
    private static final int KIND = 4;
    private static final int STORED = 10;
    private static final int SHARE = 5;
    private static final int BASE = 6;
    private static final int STATE = 18;

    private ImageRow() {}

    /** Date, machine and disk, for headings. */
    static String title(ImageFacts image) {
        ImageDescription description = image.description();
        return description == null ? fileName(image) : "Image of " + date(description) + ", " + disk(description);
    }

    /** What stands above {@link #columns}. */
    static String header(int columns) {
        String row = Text.padLeft("No", NUMBER) + "  " + Text.pad("made (UTC)", DATE_COLUMNS) + "  "
                + Text.pad("kind", KIND) + " " + Text.padLeft("stored", STORED) + "  " + Text.padLeft("share", SHARE)
                + "  " + Text.pad("builds", BASE) + "  " + Text.pad("state", STATE);
        return Text.fit(isWide(columns) ? row + "  file" : row, columns);
    }

    /** A restore point in a list: number, date, kind, size, share, what it builds on, state; where there is room, its file. */
    static String columns(Timeline.Point point, int columns) {
        ImageFacts image = point.image();
        boolean dated = image.lineage() != null || image.description() != null;
        String number = point.number() == 0 ? "-" : "" + point.number();
        String row = Text.padLeft(number, NUMBER) + "  "
                + Text.pad(dated ? DATE.format(point.created()) : Text.clean(point.name()), DATE_COLUMNS) + "  "
                + Text.pad(shortKind(image), KIND) + " " + Text.padLeft(ByteCount.text(image.storedBytes()), STORED)
                + "  " + Text.padLeft(share(image), SHARE) + "  " + Text.pad(point.baseMark(), BASE) + "  "
                + Text.pad(state(image), STATE);
        return Text.fit(isWide(columns) ? row + "  " + Text.clean(point.name()) : row, columns);
    }

    private static boolean isWide(int columns) {
        return columns > NUMBER + DATE_COLUMNS + KIND + STORED + SHARE + BASE + STATE + 30;
    }

    /** What was stored, of all that is in use: little for what holds changes alone. */
    private static String share(ImageFacts image) {
        if (image.usedBytes() <= 0) {
            return "";
        }
        double percent = 100.0 * image.storedBytes() / image.usedBytes();
        return percent > 999 ? ">999%" : percent < 1 ? "<1%" : Math.round(percent) + "%";
    }

    /** Full, differential or incremental; empty where it is not known. */
    static String kind(ImageFacts image) {
        return image.lineage() == null ? "" : image.lineage().kind().name().toLowerCase(Locale.ROOT);
    }

    private static String shortKind(ImageFacts image) {
        if (image.lineage() == null) {
            return "";
        }
        return switch (image.lineage().kind()) {
            case FULL -> "full";
            case DIFFERENTIAL -> "diff";
            case INCREMENTAL -> "inc";
        };
    }

    static String state(ImageFacts image) {
        return image.state() == ImageFacts.State.COMPLETE_WITH_UNREADABLE
                ? "unreadable sectors"
                : image.state().label();
    }

    static String date(ImageDescription description) {
        return DATE.format(description.created()) + " UTC";
    }

    static String date(Timeline.Point point) {
        return DATE.format(point.created()) + " UTC";
    }

    static String disk(ImageDescription description) {
        String model = description.disk().model().isEmpty()
                ? "a disk"
                : description.disk().model();
        return description.machine().isEmpty() ? model : description.machine() + ": " + model;
    }

    private static String fileName(ImageFacts image) {
        Path name = Path.of(image.path()).getFileName();
        return name == null ? image.path() : name.toString();
    }
}
