package org.rescuekey.tui.model;

import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.ImageFacts;

/** The two pictures that stand above each other before a disk is overwritten. */
public sealed interface Pictures {
    /** The target now, and below it as it will be once the image is on it. */
    record Restored(ImageFacts image, DiskInfo target) implements Pictures {}

    /** The source, and below it the target that becomes a copy of it. */
    record Cloned(DiskInfo source, DiskInfo target) implements Pictures {}
}
