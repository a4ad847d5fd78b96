package org.rescuekey.filesystem;

import java.util.List;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ExtentSet;

/** Recognises volumes and maps what they use. Stateless; any thread. */
public final class Volumes {
    private Volumes() {}

    /** Tells what is in a volume; a device whose first byte is the volume's first byte. */
    public static VolumeInfo recognise(BlockDevice volume) throws RescueException {
        return new VolumeInfo(FileSystemType.UNKNOWN, "", "", 0, 0, Set.of(), List.of());
    }

    /**
     * Maps what a volume uses. What is damaged or not understood gives a raw map with the reason; only errors of the
     * device are thrown.
     */
    public static UsedMap usedMap(BlockDevice volume) throws RescueException {
        return new UsedMap(ExtentSet.of(Reads.whole(volume)), true, "Its file system is not known.");
    }
}
