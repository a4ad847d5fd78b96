package org.rescuekey.filesystem;

import java.util.EnumSet;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.filesystem.xfs.XfsVolume;
import org.rescuekey.units.ExtentSet;

/** XFS. */
final class XfsKind implements Kind {
    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        XfsVolume xfs = XfsVolume.open(volume);
        Answers answers = new Answers();
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        if (answers.orElse(true, "Its log", xfs::needsReplay)) {
            states.add(VolumeState.NEEDS_JOURNAL_REPLAY);
        }
        if (xfs.needsRepair()) {
            states.add(VolumeState.HAS_ERRORS);
        }
        if (xfs.hasRealtimeDevice()) {
            answers.note("Some of its files may be on another device, its realtime device.");
        }
        return new VolumeInfo(
                FileSystemType.XFS,
                xfs.label(),
                xfs.uuid(),
                xfs.clusterBytes(),
                xfs.sizeBytes(),
                states,
                answers.notes());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        XfsVolume xfs = XfsVolume.open(volume);
        String reason = xfs.reasonForRaw();
        return reason.isEmpty() ? UsedMap.of(Kind.toSectors(volume, xfs.used())) : UsedMap.raw(volume, reason);
    }

    @Override
    public Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) {
        return Owners.unknown(bytes, "Which files these are is not known for XFS.");
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) {
        return MinimumSize.growing(volume, "is XFS, which can be made larger but not smaller");
    }

    @Override
    public String reasonAgainstWriting(BlockDevice volume) throws RescueException {
        return XfsVolume.open(volume).reasonForRaw();
    }
}
