package org.rescuekey.filesystem;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.filesystem.runs.Allocation;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Makes the map of what a file system says of its bytes, and the sentences for what is odd in it. */
final class AllocationMap {
    private AllocationMap() {}

    static UsedMap of(BlockDevice volume, Allocation allocation) {
        List<String> notes = new ArrayList<>();
        if (!allocation.unmarked().isEmpty()) {
            notes.add(amount(allocation.unmarked()) + " of its own structures are marked as free; they count as used.");
        }
        if (!allocation.bad().isEmpty()) {
            notes.add(amount(allocation.bad())
                    + " marked as bad: tried all the same, but what cannot be read of it is no loss.");
        }
        ExtentSet used = Kind.toSectors(volume, UsedRuns.union(allocation.used(), allocation.bad()));
        ExtentSet knownBad = toWholeSectors(volume, allocation.bad());
        return new UsedMap(used, List.of(), knownBad, false, "", notes);
    }

    /** Cuts a set down to whole sectors: a sector that something else shares is not in it. */
    static ExtentSet toWholeSectors(BlockDevice volume, ExtentSet extents) {
        SectorSize sector = volume.logicalSector();
        ExtentSet.Builder whole = ExtentSet.builder();
        for (Extent extent : extents) {
            long start = sector.roundUp(extent.start());
            whole.add(start, Math.max(start, sector.roundDown(extent.end())));
        }
        return whole.build();
    }

    private static String amount(ExtentSet extents) {
        return ByteCount.of(extents.totalBytes()).exact()
                + String.format(Locale.ROOT, " in %,d %s", extents.size(), extents.size() == 1 ? "place" : "places");
    }
}
