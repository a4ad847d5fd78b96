package org.rescuekey.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rescuekey.plan.layout.VolumeChange;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;

/**
 * Makes a view of a volume and changes it there, before the target is touched: its size first, then what is recorded in its
 * files, then its boot sectors; proves the result. What it comes from is only read.
 *
 * @param stream the stream that the volume fills
 * @param label what a user knows it by
 * @param onDisk where the volume lies on what it comes from
 * @param sizeBytes the size of its partition on the target
 * @param change what that makes of the volume
 * @param hiddenSectors the number of sectors before it on the target, to be set in its boot sectors; empty where they stay
 * @param edits what is changed in its files
 * @param changesFolder a folder in which the view's changes may be kept if memory has no room for them
 */
public record AdaptVolume(
        int stream,
        String label,
        Extent onDisk,
        long sizeBytes,
        VolumeChange change,
        OptionalLong hiddenSectors,
        List<VolumeEdit> edits,
        Optional<String> changesFolder)
        implements Step {
    public AdaptVolume {
        edits = List.copyOf(edits);
    }

    @Override
    public String words() {
        String size =
                switch (change) {
                    case SAME -> "Change what " + label + " refers to";
                    case SHRINK -> "Shrink " + label + " to " + ByteCount.text(sizeBytes);
                    case GROW -> "Enlarge " + label + " to " + ByteCount.text(sizeBytes);
                };
        return size + " in a view of it, and prove the view; the source stays as it is";
    }
}
