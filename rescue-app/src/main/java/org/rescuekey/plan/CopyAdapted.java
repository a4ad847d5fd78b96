package org.rescuekey.plan;

import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;

/**
 * Copies what {@link AdaptVolume} made of a volume to the target: what its file system uses then, which is known only then.
 *
 * @param stream the stream that the volume fills
 * @param label what a user knows it by
 * @param usedBytes what was in use of it before it was changed
 * @param onTarget where it goes; as long as the view
 * @param compare look at what the target holds first, and write what differs
 */
public record CopyAdapted(int stream, String label, long usedBytes, Extent onTarget, boolean compare) implements Step {
    @Override
    public String words() {
        return "Copy " + label + " as it was changed to the target at " + ByteCount.text(onTarget.start())
                + (compare ? ", where it differs" : "");
    }
}
