package org.rescuekey.filesystem;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ext.ExtVolume;
import org.rescuekey.filesystem.fat.FatVolume;
import org.rescuekey.filesystem.ntfs.NtfsVolume;
import org.rescuekey.units.ExtentSet;

/**
 * Recognises volumes and maps what they use. A volume is a device whose first byte is the volume's first byte; it may
 * be damaged or made to deceive. Stateless; any thread.
 */
public final class Volumes {
    private Volumes() {}

    /**
     * Tells what is in a volume. What is damaged or cannot be read is left out and named in the notes.
     *
     * @throws DeviceException if the places where file systems leave their marks cannot be read
     */
    public static VolumeInfo recognise(BlockDevice volume) throws RescueException {
        Probe probe = Probe.of(volume);
        List<FileSystemType> found = Signatures.find(volume, probe);
        if (found.isEmpty()) {
            return bare(probe.isAllZero() ? FileSystemType.EMPTY : FileSystemType.UNKNOWN, List.of());
        }
        VolumeInfo info = describe(found.getFirst(), volume, probe);
        return found.size() == 1 ? info : withNote(info, marksOfSeveral(found));
    }

    /**
     * Maps what a volume uses. What is damaged or not understood gives a raw map with the reason; only errors of the
     * device are thrown.
     *
     * @throws DeviceException if the device cannot be read
     */
    public static UsedMap usedMap(BlockDevice volume) throws RescueException {
        List<FileSystemType> found = Signatures.find(volume, Probe.of(volume));
        if (found.isEmpty()) {
            return raw(volume, "No file system was recognised in it.");
        }
        if (found.size() > 1) {
            return raw(volume, marksOfSeveral(found));
        }
        try {
            return switch (found.getFirst()) {
                case NTFS -> {
                    NtfsVolume ntfs = NtfsVolume.open(volume);
                    String reason = ntfs.reasonForRaw();
                    yield reason.isEmpty() ? map(volume, ntfs.used()) : raw(volume, reason);
                }
                case FAT32 -> map(volume, FatVolume.open(volume).used());
                case EXT4 -> {
                    ExtVolume ext = ExtVolume.open(volume);
                    String reason = ext.reasonForRaw();
                    yield reason.isEmpty() ? map(volume, ext.used()) : raw(volume, reason);
                }
                default ->
                    raw(volume, found.getFirst().label() + ": what is free in it is not known, so all of it is used.");
            };
        } catch (MalformedDataException e) {
            return raw(volume, "Its file system is damaged (" + e.getMessage() + ").");
        }
    }

    private static UsedMap map(BlockDevice volume, ExtentSet used) {
        int sector = volume.logicalSector().bytes();
        return new UsedMap(used.intersect(Reads.whole(volume)).align(sector, volume.sizeBytes()), false, "");
    }

    private static UsedMap raw(BlockDevice volume, String reason) {
        return new UsedMap(ExtentSet.of(Reads.whole(volume)), true, reason);
    }

    private static VolumeInfo describe(FileSystemType type, BlockDevice volume, Probe probe) throws RescueException {
        try {
            return switch (type) {
                case NTFS -> ntfs(NtfsVolume.open(volume));
                case FAT32 -> fat(FatVolume.open(volume));
                case EXT4 -> ext(ExtVolume.open(volume));
                default -> OtherVolumes.describe(type, volume, probe);
            };
        } catch (MalformedDataException | DeviceException e) {
            return bare(type, List.of(couldNotRead("Its file system", e)));
        }
    }

    private static VolumeInfo ntfs(NtfsVolume ntfs) throws RescueException {
        List<String> notes = new ArrayList<>();
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        String label = orElse("", "Its label", notes, ntfs::label);
        if (orElse(true, "Its state", notes, ntfs::isDirty)) {
            states.add(VolumeState.DIRTY);
        }
        if (!orElse(false, "Its journal", notes, ntfs::isLogClosed)) {
            states.add(VolumeState.NEEDS_JOURNAL_REPLAY);
        }
        if (orElse(false, "Its root directory", notes, ntfs::isHibernated)) {
            states.add(VolumeState.HIBERNATED);
        }
        return new VolumeInfo(
                FileSystemType.NTFS, label, ntfs.serial(), ntfs.clusterBytes(), ntfs.sizeBytes(), states, notes);
    }

    private static VolumeInfo fat(FatVolume fat) throws RescueException {
        FileSystemType type =
                switch (fat.width()) {
                    case 12 -> FileSystemType.FAT12;
                    case 16 -> FileSystemType.FAT16;
                    default -> FileSystemType.FAT32;
                };
        List<String> notes = new ArrayList<>();
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        String label = orElse("", "Its label", notes, fat::label);
        if (orElse(true, "Its state", notes, fat::isDirty)) {
            states.add(VolumeState.DIRTY);
        }
        if (orElse(false, "Its state", notes, fat::hasErrors)) {
            states.add(VolumeState.HAS_ERRORS);
        }
        return new VolumeInfo(type, label, fat.serial(), fat.clusterBytes(), fat.sizeBytes(), states, notes);
    }

    private static VolumeInfo ext(ExtVolume ext) {
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
        List<String> notes = ext.isJournalDevice() ? List.of("It is the journal of another volume.") : List.of();
        return new VolumeInfo(
                ext.isJournalDevice() ? FileSystemType.UNKNOWN : type,
                ext.label(),
                ext.uuid(),
                ext.clusterBytes(),
                ext.sizeBytes(),
                states,
                notes);
    }

    /** One question to a file system. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws RescueException;
    }

    /** The answer to a question; where that part of the volume cannot be read, a note and what to assume then. */
    private static <T> T orElse(T assumed, String what, List<String> notes, Question<T> question)
            throws RescueException {
        try {
            return question.ask();
        } catch (MalformedDataException | DeviceException e) {
            notes.add(couldNotRead(what, e));
            return assumed;
        }
    }

    private static String couldNotRead(String what, RescueException cause) {
        return what + " could not be read (" + cause.getMessage() + ").";
    }

    private static String marksOfSeveral(List<FileSystemType> found) {
        return "It bears the marks of several: "
                + String.join(", ", found.stream().map(FileSystemType::label).toList()) + ".";
    }

    private static VolumeInfo bare(FileSystemType type, List<String> notes) {
        return new VolumeInfo(type, "", "", 0, 0, Set.of(), notes);
    }

    private static VolumeInfo withNote(VolumeInfo info, String note) {
        List<String> notes = new ArrayList<>(info.notes());
        notes.add(note);
        return new VolumeInfo(
                info.type(),
                info.label(),
                info.identity(),
                info.clusterBytes(),
                info.sizeBytes(),
                info.states(),
                notes);
    }
}
