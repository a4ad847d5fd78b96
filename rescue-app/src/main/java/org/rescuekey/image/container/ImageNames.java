package org.rescuekey.image.container;

/** The names that images have in a store while they are made and afterwards. */
public final class ImageNames {
    /** What the name of every image ends in. */
    public static final String SUFFIX = ".rkimg";

    private static final String PARTIAL = ".partial";

    private ImageNames() {}

    /** The name that an image has until it is finished. */
    public static String partial(String name) {
        return name + PARTIAL;
    }

    /** Tells whether a file is an image in the making, or what an interrupted capture left. */
    public static boolean isPartial(String fileName) {
        return fileName.endsWith(PARTIAL);
    }

    /** The name of the finished image. */
    public static String finished(String fileName) {
        return isPartial(fileName) ? fileName.substring(0, fileName.length() - PARTIAL.length()) : fileName;
    }

    /** Tells whether a file is an image or the beginning of one, by its name. */
    public static boolean isImage(String fileName) {
        return finished(fileName).endsWith(SUFFIX);
    }
}
