package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.MinimumSize;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.plan.LayoutFacts;
import org.rescuekey.plan.SystemFile;
import org.rescuekey.plan.layout.IdentitySource;

/** Looks at each volume of a disk that is to be laid out anew: its sizes, and what a system has recorded in it. */
final class LayoutSurvey {
    private LayoutSurvey() {}

    /**
     * A volume in a partition.
     *
     * @param stream the stream that it fills, which is the partition's number
     * @param label what a user knows it by
     */
    record Volume(int stream, String label, BlockDevice device) {}

    /** All that a planner must know. Nothing is written. */
    static LayoutFacts of(List<Volume> volumes, IdentitySource fresh) throws RescueException {
        Map<Integer, MinimumSize> sizes = new TreeMap<>();
        List<SystemFile> files = new ArrayList<>();
        for (Volume volume : volumes) {
            sizes.put(volume.stream(), Volumes.minimumSize(volume.device()));
            files.addAll(SystemFiles.of(volume));
        }
        return new LayoutFacts(sizes, fresh, files);
    }
}
