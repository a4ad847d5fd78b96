package org.rescuekey.filesystem;

import java.util.List;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.UsedMap.LeftOut;
import org.rescuekey.filesystem.swap.SwapVolume;
import org.rescuekey.units.ExtentSet;

/** Linux swap space. Its header is always kept, so that it has the same UUID and label and is used again as it is. */
final class SwapKind implements Kind {
    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        SwapVolume swap = SwapVolume.open(volume);
        return new VolumeInfo(
                FileSystemType.SWAP,
                swap.label(),
                swap.uuid(),
                swap.pageBytes(),
                swap.sizeBytes(),
                swap.isHibernated() ? Set.of(VolumeState.HIBERNATED) : Set.of(),
                List.of());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        SwapVolume swap = SwapVolume.open(volume);
        String reason = swap.reasonForRaw();
        if (!reason.isEmpty()) {
            return UsedMap.raw(volume, reason);
        }
        UsedMap map = AllocationMap.of(volume, swap.allocation());
        ExtentSet pages = AllocationMap.toWholeSectors(volume, swap.pages());
        return pageFiles == PageFiles.KEPT || pages.isEmpty()
                ? map
                : new UsedMap(
                        map.used(),
                        List.of(new LeftOut("Linux swap space", pages)),
                        map.knownBad(),
                        false,
                        "",
                        map.notes());
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) {
        return MinimumSize.fixed(volume, "is swap space, which is kept as it is");
    }

    @Override
    public String reasonAgainstWriting(BlockDevice volume) throws RescueException {
        return SwapVolume.open(volume).reasonForRaw();
    }
}
