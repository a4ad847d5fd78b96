package org.rescuekey.filesystem;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ext.ExtVolume;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/** ext2, ext3 and ext4. */
final class ExtKind implements Kind {
    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        ExtVolume ext = ExtVolume.open(volume);
        FileSystemType type =
                switch (ext.version()) {
                    case 2 -> FileSystemType.EXT2;
                    case 3 -> FileSystemType.EXT3;
                    default -> FileSystemType.EXT4;
                };
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        if (ext.needsRecovery()) {
            states.add(VolumeState.NEEDS_JOURNAL_REPLAY);
        }
        if (ext.isDirty()) {
            states.add(VolumeState.DIRTY);
        }
        if (ext.hasErrors()) {
            states.add(VolumeState.HAS_ERRORS);
        }
        Answers answers = new Answers();
        if (answers.orElse(false, "Its mount protection", ext::isHeld)) {
            states.add(VolumeState.DIRTY);
            answers.note("A system has it mounted or is checking it, or did not end that.");
        }
        if (ext.isJournalDevice()) {
            answers.note("It is the journal of another volume.");
        }
        return new VolumeInfo(
                ext.isJournalDevice() ? FileSystemType.UNKNOWN : type,
                ext.label(),
                ext.uuid(),
                ext.clusterBytes(),
                ext.sizeBytes(),
                states,
                answers.notes());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        ExtVolume ext = ExtVolume.open(volume);
        String reason = ext.reasonForRaw();
        return reason.isEmpty() ? AllocationMap.of(volume, ext.allocation()) : UsedMap.raw(volume, reason);
    }

    @Override
    public Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) throws RescueException {
        return ExtVolume.open(volume).owners(bytes, watch);
    }

    @Override
    public Optional<VolumeFiles> files(BlockDevice volume) throws RescueException {
        return Optional.of(ExtVolume.open(volume).files());
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) throws RescueException {
        return MinimumSize.from(volume, ExtVolume.open(volume).leastBytes());
    }

    @Override
    public String reasonAgainstWriting(BlockDevice volume) throws RescueException {
        return ExtVolume.open(volume).reasonForRaw();
    }
}
