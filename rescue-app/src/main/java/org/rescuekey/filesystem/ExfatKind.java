package org.rescuekey.filesystem;

import java.util.EnumSet;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.exfat.ExfatVolume;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/** exFAT. */
final class ExfatKind implements Kind {
    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        ExfatVolume exfat = ExfatVolume.open(volume);
        Answers answers = new Answers();
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        if (exfat.isDirty()) {
            states.add(VolumeState.DIRTY);
        }
        if (exfat.hasErrors()) {
            states.add(VolumeState.HAS_ERRORS);
        }
        String label = answers.orElse("", "Its label", exfat::label);
        boolean sound = answers.orElse(true, "Its boot region", exfat::isBootRegionSound);
        boolean backupSound = answers.orElse(true, "The backup of its boot region", exfat::isBackupSound);
        if (!sound || !backupSound) {
            answers.note(
                    sound
                            ? "The backup of its boot region is damaged."
                            : "Its boot region is damaged; the backup of it is "
                                    + (backupSound ? "sound." : "damaged too."));
        }
        return new VolumeInfo(
                FileSystemType.EXFAT,
                label,
                exfat.serial(),
                exfat.clusterBytes(),
                exfat.sizeBytes(),
                states,
                answers.notes());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        ExfatVolume exfat = ExfatVolume.open(volume);
        String reason = exfat.reasonForRaw();
        return reason.isEmpty() ? AllocationMap.of(volume, exfat.allocation()) : UsedMap.raw(volume, reason);
    }

    @Override
    public Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) throws RescueException {
        return ExfatVolume.open(volume).owners(bytes, watch);
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) {
        return MinimumSize.fixed(volume, "is exFAT, whose size nothing can change");
    }

    @Override
    public String reasonAgainstWriting(BlockDevice volume) throws RescueException {
        return ExfatVolume.open(volume).reasonForRaw();
    }
}
