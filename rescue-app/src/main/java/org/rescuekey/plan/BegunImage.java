package org.rescuekey.plan;

import java.util.Optional;
import org.rescuekey.image.ImageLink;

/**
 * A file in a set's directory that has the name of an image in the making.
 *
 * @param name its name
 * @param kind who began it
 * @param parent the image that it builds on; empty if there is none, or it cannot be told
 */
public record BegunImage(String name, Kind kind, Optional<ImageLink> parent) {
    /** Who began an image, which tells who may need it. */
    public enum Kind {
        /** A capture, which may run at this moment, or be gone on with. */
        CAPTURE,
        /** A consolidation. None goes on with it: what it was made of is all there. */
        MERGER,
        /** That cannot be told, so nothing can go on with it either. */
        UNKNOWN
    }
}
