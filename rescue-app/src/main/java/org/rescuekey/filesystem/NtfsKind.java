package org.rescuekey.filesystem;

import java.util.EnumSet;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.NtfsVolume;

/** NTFS. */
final class NtfsKind implements Kind {
    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        NtfsVolume ntfs = NtfsVolume.open(volume);
        Answers answers = new Answers();
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        String label = answers.orElse("", "Its label", ntfs::label);
        if (answers.orElse(true, "Its state", ntfs::isDirty)) {
            states.add(VolumeState.DIRTY);
        }
        if (!answers.orElse(false, "Its journal", ntfs::isLogClosed)) {
            states.add(VolumeState.NEEDS_JOURNAL_REPLAY);
        }
        if (answers.orElse(false, "Its root directory", ntfs::isHibernated)) {
            states.add(VolumeState.HIBERNATED);
        }
        return new VolumeInfo(
                FileSystemType.NTFS,
                label,
                ntfs.serial(),
                ntfs.clusterBytes(),
                ntfs.sizeBytes(),
                states,
                answers.notes());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        NtfsVolume ntfs = NtfsVolume.open(volume);
        String reason = ntfs.reasonForRaw();
        return reason.isEmpty() ? UsedMap.of(Kind.toSectors(volume, ntfs.used())) : UsedMap.raw(volume, reason);
    }
}
