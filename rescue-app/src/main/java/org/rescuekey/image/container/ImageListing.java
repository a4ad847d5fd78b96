package org.rescuekey.image.container;

import java.util.List;
import java.util.Optional;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageSummary;

/** What a file in an image store turns out to be. */
public sealed interface ImageListing {
    /** Its name in the store. */
    String name();

    /** The length of the file. */
    long fileBytes();

    /**
     * An image with a valid end. Its state says whether it may be restored.
     *
     * @param summary what it is
     * @param description what it is of
     * @param absorbed the images that it stands for, if it was made by consolidation
     * @param repairs damage that was made good from a copy
     */
    record Finished(ImageSummary summary, ImageDescription description, AbsorbedImages absorbed, List<String> repairs)
            implements ImageListing {
        @Override
        public String name() {
            return summary.name();
        }

        @Override
        public long fileBytes() {
            return summary.fileBytes();
        }
    }

    /**
     * An image with a valid end that is encrypted, and whose key is not open.
     *
     * @param summary what it is
     * @param absorbed the images that it stands for, if it was made by consolidation
     * @param repairs damage that was made good from a copy
     */
    record Locked(ImageSummary summary, AbsorbedImages absorbed, List<String> repairs) implements ImageListing {
        @Override
        public String name() {
            return summary.name();
        }

        @Override
        public long fileBytes() {
            return summary.fileBytes();
        }
    }

    /**
     * An image without a valid end: in the making, or interrupted, or cut off.
     *
     * @param header its header, where that is there
     * @param description what it is of, where that is there
     * @param absorbed the images that it was to stand for, if a consolidation began it: no capture goes on with such
     */
    record Incomplete(
            String name,
            long fileBytes,
            Optional<ImageHeader> header,
            Optional<ImageDescription> description,
            AbsorbedImages absorbed)
            implements ImageListing {}

    /**
     * A file that cannot be read as an image: damaged, of a newer version, or something else.
     *
     * @param problem why
     */
    record Unreadable(String name, long fileBytes, RescueException problem) implements ImageListing {}
}
