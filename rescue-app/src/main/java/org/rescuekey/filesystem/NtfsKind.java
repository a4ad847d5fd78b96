package org.rescuekey.filesystem;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.UsedMap.LeftOut;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.ntfs.LogState;
import org.rescuekey.filesystem.ntfs.NtfsMap;
import org.rescuekey.filesystem.ntfs.NtfsVolume;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

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
        if (answers.orElse(false, "Its state", ntfs::isResizePending)) {
            states.add(VolumeState.RESIZE_PENDING);
        }
        if (answers.orElse(LogState.TO_REPLAY, "Its journal", ntfs::logState) != LogState.CLOSED) {
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

    /** Without the pass over all files, which a capture cannot do without. */
    @Override
    public OptionalLong usedBytes(BlockDevice volume, Probe probe) throws RescueException {
        NtfsVolume ntfs = NtfsVolume.open(volume);
        return ntfs.reasonForRaw().isEmpty() ? OptionalLong.of(ntfs.markedBytes()) : OptionalLong.empty();
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        NtfsVolume ntfs = NtfsVolume.open(volume);
        String reason = ntfs.reasonForRaw();
        if (!reason.isEmpty()) {
            return UsedMap.raw(volume, reason);
        }
        NtfsMap map = ntfs.map(pageFiles == PageFiles.LEFT_OUT);
        List<LeftOut> leftOut = map.leftOut().stream()
                .map(file -> new LeftOut(file.name(), AllocationMap.toWholeSectors(volume, file.extents())))
                .filter(file -> !file.extents().isEmpty())
                .toList();
        return new UsedMap(Kind.toSectors(volume, map.used()), leftOut, ExtentSet.empty(), false, "", map.notes());
    }

    @Override
    public Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) throws RescueException {
        return NtfsVolume.open(volume).owners(bytes, watch);
    }

    @Override
    public Optional<VolumeFiles> files(BlockDevice volume) throws RescueException {
        return Optional.of(NtfsVolume.open(volume).files());
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) throws RescueException {
        return MinimumSize.from(volume, NtfsVolume.open(volume).leastBytes());
    }

    @Override
    public String reasonAgainstWriting(BlockDevice volume) throws RescueException {
        return NtfsVolume.open(volume).reasonForRaw();
    }
}
