package org.rescuekey.plan;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.image.ImageKind;
import org.rescuekey.inventory.DiskInfo;

/**
 * The names of images: {@code PLACE/DISK/SET/NNN-full|diff|inc-DATE.rkimg}. They are for people; what an image is, its header
 * tells. Pure.
 */
public final class ImageNaming {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern NUMBERED = Pattern.compile("(\\d{1,9})-.*");

    private ImageNaming() {}

    /** The directory of a new set. That of an encrypted one does not tell which disk it is of. */
    public static String directory(String place, DiskInfo disk, UUID setId, boolean encrypted) {
        String path = disk.path();
        String owner = disk.model().isEmpty() ? path.substring(path.lastIndexOf('/') + 1) : disk.model();
        return place + "/" + (encrypted ? "encrypted" : forFileName(owner)) + "/"
                + setId.toString().substring(0, 8);
    }

    /**
     * A new image's name.
     *
     * @param taken the names of the files that are there
     */
    public static String name(ImageKind kind, Instant created, List<String> taken, String suffix) {
        int last = 0;
        for (String name : taken) {
            Matcher matcher = NUMBERED.matcher(name);
            if (matcher.matches()) {
                last = Math.max(last, Integer.parseInt(matcher.group(1)));
            }
        }
        return String.format(Locale.ROOT, "%03d-%s-%s%s", last + 1, code(kind), DATE.format(created), suffix);
    }

    private static String code(ImageKind kind) {
        return switch (kind) {
            case FULL -> "full";
            case DIFFERENTIAL -> "diff";
            case INCREMENTAL -> "inc";
        };
    }

    private static String forFileName(String text) {
        String plain = text.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[-.]+|[-.]+$", "");
        return plain.isEmpty() ? "disk" : plain;
    }
}
