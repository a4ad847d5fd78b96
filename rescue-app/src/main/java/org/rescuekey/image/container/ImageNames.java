package org.rescuekey.image.container;

/** The names that images have in a store while they are made and afterwards. */
public final class ImageNames {
    /** What the name of every image ends in. */
    public static final String SUFFIX = ".rkimg";

    private static final String PARTIAL = ".partial";

    private static final String DELETING = ".deleting";

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

    /** The name that the first file of an image has while the image is deleted: nobody takes it for an image then. */
    public static String deleting(String name) {
        return name + DELETING;
    }

    /** Tells whether a file is what an image was, or began as, whose deletion was begun. */
    public static boolean isDeleting(String fileName) {
        return fileName.endsWith(DELETING) && isImage(kept(fileName));
    }

    /** The name that a file had before its deletion was begun. */
    public static String kept(String fileName) {
        return fileName.endsWith(DELETING) ? fileName.substring(0, fileName.length() - DELETING.length()) : fileName;
    }

    /** Tells whether a file is an image or the beginning of one, by its name. */
    public static boolean isImage(String fileName) {
        return finished(fileName).endsWith(SUFFIX);
    }
}
