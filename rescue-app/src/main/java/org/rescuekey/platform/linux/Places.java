package org.rescuekey.platform.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.inventory.Mount;

/**
 * Mounts partitions as places for images, each in a folder of its own. A place is read-only, without so much as a
 * journal replay, unless it is asked for as writable; no program on it can be run. Safe for several threads as long as
 * they use different names.
 */
public final class Places {
    private static final Path FOLDER = Path.of("/run/rescuekey/places");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String COMMON_OPTIONS = "nosuid,nodev,noexec,noatime";

    private final Path folder;
    private final Programs programs = new Programs();
    private final SystemTree system = SystemTree.ofThisSystem();

    public Places() {
        this(FOLDER);
    }

    /** @param folder where the folders of the places are made */
    Places(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts a partition.
     *
     * @param device such as "/dev/sdb1"
     * @param type what was recognised in it
     * @param name the name of the folder
     * @param writable images shall be written to it
     * @return the folder
     * @throws RefusedException if the name cannot be one, or the type cannot be mounted
     * @throws DeviceException if it cannot be mounted, with what the system said
     */
    public Path mount(String device, FileSystemType type, String name, boolean writable) throws RescueException {
        requireName(name);
        Path place = folder.resolve(name);
        Optional<Mount> present = mountAt(place);
        if (present.isPresent()) {
            throw new RefusedException(
                    "The place " + name + " is already there: " + present.get().source() + ".",
                    "Take it away first, or choose another name.");
        }
        List<String> drivers = writable ? drivers(type) : readers(type);
        makeFolder(place);
        String options = COMMON_OPTIONS + "," + (writable ? "rw" : readOnlyOptions(type));
        String failure = "";
        for (String driver : drivers) {
            Programs.Result result =
                    programs.run(List.of("mount", "-t", driver, "-o", options, "--", device, place.toString()));
            if (result.isSuccess()) {
                return checked(place, device, writable);
            }
            failure = result.output();
        }
        removeFolder(place);
        throw new DeviceException(
                "cannot mount " + device + " as " + type.label() + ": " + reason(failure), DeviceException.UNKNOWN);
    }

    /**
     * Writes everything back, unmounts a place and removes its folder; one that is not there needs nothing.
     *
     * @throws DeviceException if something still uses it
     */
    public void unmount(String name) throws RescueException {
        requireName(name);
        Path place = folder.resolve(name);
        if (mountAt(place).isPresent()) {
            Programs.Result result = programs.run(List.of("umount", "--", place.toString()));
            if (!result.isSuccess()) {
                boolean busy = result.output().contains("busy");
                throw new DeviceException(
                        "cannot unmount " + place + ": " + reason(result.output()),
                        busy ? DeviceException.EBUSY : DeviceException.UNKNOWN);
            }
        }
        removeFolder(place);
    }

    /** The places that are mounted now. */
    public List<Mount> mounted() {
        return MountTable.read(system).entries().stream()
                .map(MountTable.Entry::mount)
                .filter(mount -> Path.of(mount.mountPoint()).startsWith(folder))
                .toList();
    }

    /** Some drivers fall back to read-only for a damaged volume and call that success. */
    private Path checked(Path place, String device, boolean writable) throws RescueException {
        boolean readOnly = mountAt(place).map(Mount::readOnly).orElse(true);
        if (writable && readOnly) {
            unmount(String.valueOf(place.getFileName()));
            if (ReadOnlyGuards.isReadOnly(device)) {
                throw new DeviceException(
                        device + " is read-only. " + ReadOnlyGuards.remedy(device), DeviceException.EROFS);
            }
            throw new DeviceException(
                    device + " could be mounted for reading only: it was not closed properly or has errors. "
                            + "Let its own system check it.",
                    DeviceException.EROFS);
        }
        return place;
    }

    private Optional<Mount> mountAt(Path place) {
        return mounted().stream()
                .filter(mount -> mount.mountPoint().equals(place.toString()))
                .findFirst();
    }

    /** What drivers the kernel and the system have for a type, the best first. */
    private static List<String> drivers(FileSystemType type) throws RefusedException {
        return switch (type) {
            case NTFS -> List.of("ntfs3", "ntfs-3g");
            case FAT12, FAT16, FAT32 -> List.of("vfat");
            case EXFAT -> List.of("exfat");
            case EXT2, EXT3, EXT4 -> List.of("ext4");
            case XFS -> List.of("xfs");
            case BTRFS -> List.of("btrfs");
            case ISO9660 -> List.of("iso9660");
            default ->
                throw new RefusedException(
                        "No images can be kept in a volume of this kind: " + type.label() + ".",
                        "Choose a partition with NTFS, exFAT, FAT, ext4, XFS or Btrfs.");
        };
    }

    /** The driver in the kernel may look after the journal of an NTFS volume, read-only or not; the other one opens it so. */
    private static List<String> readers(FileSystemType type) throws RefusedException {
        return type == FileSystemType.NTFS ? List.of("ntfs-3g", "ntfs3") : drivers(type);
    }

    /** Read-only alone would still replay the journal, which writes. */
    private static String readOnlyOptions(FileSystemType type) {
        return switch (type) {
            case EXT3, EXT4 -> "ro,noload";
            case XFS -> "ro,norecovery";
            case BTRFS -> "ro,rescue=nologreplay";
            default -> "ro";
        };
    }

    private static void requireName(String name) throws RefusedException {
        if (!NAME.matcher(name).matches()) {
            throw new RefusedException(
                    "\"" + name + "\" cannot be the name of a place.",
                    "Use up to 64 letters, digits, dots, dashes and underscores, the first no dot or dash.");
        }
    }

    private static void makeFolder(Path place) throws DeviceException {
        try {
            Files.createDirectories(place);
        } catch (IOException e) {
            throw new DeviceException("cannot make " + place + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }

    /** Only an empty folder can go; one that is not empty holds what somebody put there. */
    private static void removeFolder(Path place) throws DeviceException {
        try {
            Files.deleteIfExists(place);
        } catch (IOException e) {
            throw new DeviceException("cannot remove " + place + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }

    /** The first line is the reason; what follows is advice for other circumstances. */
    private static String reason(String output) {
        return output.lines().findFirst().orElse("no reason was given");
    }
}
