package org.rescuekey.filesystem;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
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
            String backup = Backups.find(volume).strip();
            boolean empty = probe.isAllZero() && backup.isEmpty();
            return bare(
                    empty ? FileSystemType.EMPTY : FileSystemType.UNKNOWN,
                    backup.isEmpty() ? List.of() : List.of(backup));
        }
        VolumeInfo info = describe(found.getFirst(), volume, probe);
        return found.size() == 1 ? info : info.withNote(marksOfSeveral(found));
    }

    /**
     * Maps what a volume uses. What is damaged or not understood gives a raw map with the reason; only errors of the
     * device are thrown.
     *
     * @throws DeviceException if the device cannot be read
     */
    public static UsedMap usedMap(BlockDevice volume, PageFiles pageFiles) throws RescueException {
        Probe probe = Probe.of(volume);
        return usedMap(volume, probe, Signatures.find(volume, probe), pageFiles);
    }

    /** The same where it was already looked at. */
    static UsedMap usedMap(BlockDevice volume, Probe probe, List<FileSystemType> found, PageFiles pageFiles)
            throws RescueException {
        if (found.isEmpty()) {
            return UsedMap.raw(volume, "No file system was recognised in it." + Backups.find(volume));
        }
        if (found.size() > 1) {
            return UsedMap.raw(volume, marksOfSeveral(found));
        }
        try {
            return kind(found.getFirst()).map(volume, probe, pageFiles);
        } catch (MalformedDataException e) {
            return UsedMap.raw(volume, "Its file system is damaged (" + e.getMessage() + ").");
        }
    }

    /**
     * How many bytes of a volume are in use, for a picture of it; empty where that is not known.
     *
     * @throws DeviceException if the device cannot be read
     */
    public static OptionalLong usedBytes(BlockDevice volume) throws RescueException {
        Probe probe = Probe.of(volume);
        List<FileSystemType> found = Signatures.find(volume, probe);
        try {
            return found.size() == 1 ? kind(found.getFirst()).usedBytes(volume, probe) : OptionalLong.empty();
        } catch (MalformedDataException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Tells which files and structures of its file system some bytes of a volume belong to. What is damaged or cannot be read,
     * which may be the very bytes, leaves a note and not an error.
     *
     * @param bytes from the volume's first byte
     * @param watch asked between reads; ends the search early
     * @throws DeviceException if the device has gone
     */
    public static Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) throws RescueException {
        if (bytes.isEmpty()) {
            return new Owners(List.of(), 0, bytes, true, List.of());
        }
        try {
            // A mark that is lost is not there; the other places that are probed need not suffer from it.
            PatchedDevice patched = new PatchedDevice(volume);
            Probe probe = Probe.of(patched);
            List<FileSystemType> found = Signatures.find(patched, probe);
            return found.isEmpty() ? unrecognised(patched, bytes) : owners(volume, found, bytes, watch);
        } catch (MalformedDataException e) {
            return Owners.unknown(
                    bytes, "Which files these are is not known: its file system is damaged (" + e.getMessage() + ").");
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            return Owners.unknown(
                    bytes,
                    "Which files these are is not known: what would tell cannot be read itself (" + e.getMessage()
                            + ").");
        }
    }

    /**
     * The files of a volume, to be found by path; empty where nothing is recognised, or that is not known for what is.
     *
     * @throws MalformedDataException if its file system is damaged
     * @throws DeviceException if the device cannot be read
     */
    public static Optional<VolumeFiles> files(BlockDevice volume) throws RescueException {
        List<FileSystemType> found = Signatures.find(volume, Probe.of(volume));
        return found.size() == 1 ? kind(found.getFirst()).files(volume) : Optional.empty();
    }

    /**
     * Tells whether something may be written into a volume's file system. What is damaged is an obstacle and not an error.
     *
     * @throws DeviceException if the device cannot be read
     */
    public static Writability writability(BlockDevice volume) throws RescueException {
        Probe probe = Probe.of(volume);
        return writability(volume, probe, Signatures.find(volume, probe));
    }

    private static Writability writability(BlockDevice volume, Probe probe, List<FileSystemType> found)
            throws RescueException {
        if (found.size() != 1) {
            return Writability.hindered(
                    found.isEmpty()
                            ? "holds no file system that is known here"
                            : "bears the marks of several file systems",
                    "Keep it as it is.");
        }
        Kind kind = kind(found.getFirst());
        try {
            return Writability.of(kind.describe(volume, probe), kind.reasonAgainstWriting(volume));
        } catch (MalformedDataException e) {
            return Writability.hindered(
                    "is damaged (" + e.getMessage() + ")", "Let its own system check and repair the volume.");
        }
    }

    /**
     * Tells between which sizes a volume's file system can be brought; it keeps its size where something stands in the way of
     * writing into it, where it is damaged, or where nothing is recognised.
     *
     * @throws DeviceException if the device cannot be read
     */
    public static MinimumSize minimumSize(BlockDevice volume) throws RescueException {
        Probe probe = Probe.of(volume);
        List<FileSystemType> found = Signatures.find(volume, probe);
        Writability writability = writability(volume, probe, found);
        if (found.size() != 1) {
            return MinimumSize.fixed(volume, writability.words());
        }
        MinimumSize size = minimumSize(volume, kind(found.getFirst()));
        boolean isKept = !size.isShrinkable() && !size.isGrowable();
        return isKept || writability.isAllowed() ? size : MinimumSize.fixed(volume, writability.words());
    }

    private static MinimumSize minimumSize(BlockDevice volume, Kind kind) throws RescueException {
        try {
            return kind.minimumSize(volume);
        } catch (MalformedDataException e) {
            return MinimumSize.fixed(volume, "is damaged (" + e.getMessage() + ")");
        }
    }

    /** Where there is no file system, there is nothing to say; but its marks may be what is lost. */
    private static Owners unrecognised(PatchedDevice volume, ExtentSet bytes) {
        return volume.isPatched()
                ? Owners.unknown(
                        bytes,
                        "Which files these are is not known: no file system was recognised,"
                                + " and some of the places where it would leave its marks cannot be read.")
                : new Owners(List.of(), 0, bytes, false, List.of());
    }

    private static Owners owners(BlockDevice volume, List<FileSystemType> found, ExtentSet bytes, SearchWatch watch)
            throws RescueException {
        if (found.size() > 1) {
            return Owners.unknown(bytes, "Which files these are is not known. " + marksOfSeveral(found));
        }
        return kind(found.getFirst()).owners(volume, bytes, watch);
    }

    private static VolumeInfo describe(FileSystemType type, BlockDevice volume, Probe probe) throws RescueException {
        try {
            return kind(type).describe(volume, probe);
        } catch (MalformedDataException | DeviceException e) {
            return bare(type, List.of(Answers.couldNotRead("Its file system", e)));
        }
    }

    private static Kind kind(FileSystemType type) {
        return switch (type) {
            case NTFS -> new NtfsKind();
            case FAT12, FAT16, FAT32 -> new FatKind();
            case EXFAT -> new ExfatKind();
            case SWAP -> new SwapKind();
            case EXT2, EXT3, EXT4 -> new ExtKind();
            case BTRFS -> new BtrfsKind();
            case BITLOCKER -> new BitLockerKind();
            case XFS -> new XfsKind();
            case LVM2 -> new LvmKind();
            default -> new OpaqueKind(type);
        };
    }

    private static String marksOfSeveral(List<FileSystemType> found) {
        return "It bears the marks of several: "
                + String.join(", ", found.stream().map(FileSystemType::label).toList()) + ".";
    }

    private static VolumeInfo bare(FileSystemType type, List<String> notes) {
        return new VolumeInfo(type, "", "", 0, 0, Set.of(), notes);
    }
}
