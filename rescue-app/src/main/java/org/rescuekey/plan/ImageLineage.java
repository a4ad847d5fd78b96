package org.rescuekey.plan;

import java.time.Instant;
import java.util.Optional;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageLink;

/**
 * Where an image stands among others.
 *
 * @param setId the image set that it belongs to
 * @param kind full, differential or incremental
 * @param self how others refer to it
 * @param parent the image that it builds on; empty if it is a full one
 * @param absorbed the images that it stands for, if it was made by consolidation
 * @param created when the capture began
 * @param protection whether its set is encrypted
 */
public record ImageLineage(
        String setId,
        ImageKind kind,
        ImageLink self,
        Optional<ImageLink> parent,
        AbsorbedImages absorbed,
        Instant created,
        Protection protection) {
    /** The lineage of an image that is not encrypted. */
    public ImageLineage(
            String setId,
            ImageKind kind,
            ImageLink self,
            Optional<ImageLink> parent,
            AbsorbedImages absorbed,
            Instant created) {
        this(setId, kind, self, parent, absorbed, created, Protection.NONE);
    }

    /** Whether an image is encrypted, and its index with it proven. */
    public enum Protection {
        /** Not encrypted. */
        NONE,
        ENCRYPTED,
        /** Encrypted, but its index was made without the password: blocks may be missing or older. */
        INDEX_NOT_PROVEN
    }

    public boolean encrypted() {
        return protection != Protection.NONE;
    }

    /** Whether a link means this image, or one whose state it holds: what built on that can build on this. */
    public boolean answersTo(ImageLink link) {
        return self.isSame(link) || absorbed.holdsStateOf(link);
    }
}
