package org.rescuekey.filesystem;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.fat.FatVolume;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/** FAT12, FAT16 and FAT32. */
final class FatKind implements Kind {
    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        FatVolume fat = FatVolume.open(volume);
        FileSystemType type =
                switch (fat.width()) {
                    case 12 -> FileSystemType.FAT12;
                    case 16 -> FileSystemType.FAT16;
                    default -> FileSystemType.FAT32;
                };
        Answers answers = new Answers();
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        String label = answers.orElse("", "Its label", fat::label);
        if (answers.orElse(true, "Its state", fat::isDirty)) {
            states.add(VolumeState.DIRTY);
        }
        if (answers.orElse(false, "Its state", fat::hasErrors)) {
            states.add(VolumeState.HAS_ERRORS);
        }
        if (!answers.orElse(true, "The copy of its boot sector", fat::isCopySound)) {
            answers.note("The copy of its boot sector is damaged or belongs to another volume.");
        }
        return new VolumeInfo(type, label, fat.serial(), fat.clusterBytes(), fat.sizeBytes(), states, answers.notes());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        FatVolume fat = FatVolume.open(volume);
        // Entries of directories and of the table are written in no order: what the table calls free may be a file's.
        return fat.isDirty() || fat.hasErrors()
                ? UsedMap.raw(
                        volume, "It was not closed properly or has errors, so what it says is free may be in use.")
                : AllocationMap.of(volume, fat.allocation());
    }

    @Override
    public Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) throws RescueException {
        return FatVolume.open(volume).owners(bytes, watch);
    }

    @Override
    public Optional<VolumeFiles> files(BlockDevice volume) throws RescueException {
        return Optional.of(FatVolume.open(volume).files());
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) {
        return MinimumSize.fixed(volume, "is FAT, whose size is not changed here");
    }
}
