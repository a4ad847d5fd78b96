package org.rescuekey.engine;

import java.util.Optional;
import org.rescuekey.error.RefusedException;

/**
 * What views of volumes are changed with.
 *
 * @param resizers change the sizes of file systems
 * @param room keeps what was changed
 */
public record ViewTools(VolumeResizer.Finder resizers, ViewRoom room) {
    /** Where no volume can be changed. */
    public static final ViewTools NONE = new ViewTools(type -> Optional.empty(), bytes -> {
        throw new RefusedException("Volumes cannot be changed here.", "Use --layout as-is with --identities keep.");
    });
}
