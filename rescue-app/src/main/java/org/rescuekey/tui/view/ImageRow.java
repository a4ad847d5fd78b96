package org.rescuekey.tui.view;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.tui.model.Text;
import org.rescuekey.units.ByteCount;

/** An image in one line. */
final class ImageRow {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private ImageRow() {}

    /** Date, machine and disk, for headings. */
    static String title(ImageFacts image) {
        ImageDescription description = image.description();
        return description == null ? fileName(image) : "Image of " + date(description) + ", " + disk(description);
    }

    /** The columns of a list: date, kind, disk, size, state. */
    static String columns(ImageFacts image, int columns) {
        ImageDescription description = image.description();
        String date = description == null ? "date unknown" : DATE.format(description.created());
        String right = Text.padLeft(ByteCount.text(image.storedBytes()), 11) + "  " + Text.pad(state(image), 18);
        int room = Math.max(8, columns - 24 - Text.width(right));
        String name = description == null ? fileName(image) : disk(description);
        if (description != null
                && Text.width(name) > room
                && !description.disk().model().isEmpty()) {
            name = description.disk().model();
        }
        return Text.pad(date, 18) + Text.pad(shortKind(image), 6) + Text.pad(Text.clean(name), room) + right;
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

    private static String state(ImageFacts image) {
        return image.state() == ImageFacts.State.COMPLETE_WITH_UNREADABLE
                ? "unreadable sectors"
                : image.state().label();
    }

    static String date(ImageDescription description) {
        return DATE.format(description.created()) + " UTC";
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
