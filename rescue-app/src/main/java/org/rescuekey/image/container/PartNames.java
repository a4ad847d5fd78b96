package org.rescuekey.image.container;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the files that an image in parts consists of: {@code NAME.rkimg}, {@code NAME.rkimg.002},
 * {@code NAME.rkimg.003} and so on, each with {@code .partial} while the image is made. Only the first is an image by its
 * name. Parts are numbered from 0 in code and from 1 for people.
 */
final class PartNames {
    /** No image has more parts. */
    static final int MAX_PARTS = 9999;

    private static final Pattern LATER_PART =
            Pattern.compile("(?<first>.*" + Pattern.quote(ImageNames.SUFFIX) + ")\\.(?<number>\\d{3,4})(\\.partial)?");

    private PartNames() {}

    /**
     * A later part's file.
     *
     * @param image the finished image's name
     * @param part from 1
     */
    record LaterPart(String image, int part) {}

    /** The name of a part of an image that has this name. */
    static String of(String name, int part) {
        if (part == 0) {
            return name;
        }
        String file = String.format(Locale.ROOT, "%s.%03d", ImageNames.finished(name), part + 1);
        return ImageNames.isPartial(name) ? ImageNames.partial(file) : file;
    }

    /** What a file is by its name, if it is a part behind the first. */
    static Optional<LaterPart> laterPart(String fileName) {
        Matcher matcher = LATER_PART.matcher(fileName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int part = Integer.parseInt(matcher.group("number")) - 1;
        String image = matcher.group("first");
        boolean isCanonical = part >= 1 && ImageNames.finished(fileName).equals(of(image, part));
        return isCanonical ? Optional.of(new LaterPart(image, part)) : Optional.empty();
    }
}
