package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.filesystem.Writability;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.linux.PartitionUuids;
import org.rescuekey.plan.SystemFile;
import org.rescuekey.plan.SystemFile.Obstacle;
import org.rescuekey.windows.ReAgent;

/** Finds the files in which installed systems have recorded where their partitions are. Nothing is written. */
final class SystemFiles {
    /** A SYSTEM hive has some ten to twenty mebibytes; what is larger does not fit beside all else in memory. */
    private static final int HIVE_LIMIT_BYTES = 32 << 20;

    /** In a directory of boot entries or of boot loaders. */
    private static final int MOST_NAMES = 256;

    private static final Map<String, SystemFile.Kind> WINDOWS = Map.of(
            "/EFI/Microsoft/Boot/BCD", SystemFile.Kind.BOOT_STORE,
            "/EFI/Microsoft/Recovery/BCD", SystemFile.Kind.BOOT_STORE,
            "/Boot/BCD", SystemFile.Kind.BOOT_STORE,
            "/Windows/System32/config/SYSTEM", SystemFile.Kind.SYSTEM_HIVE,
            "/Windows/System32/Recovery/ReAgent.xml", SystemFile.Kind.RECOVERY,
            "/Recovery/WindowsRE/ReAgent.xml", SystemFile.Kind.RECOVERY);

    private static final List<String> TEXTS = List.of(
            "/etc/fstab",
            "/etc/crypttab",
            "/etc/default/grub",
            "/etc/kernel/cmdline",
            "/boot/grub/grub.cfg",
            "/boot/grub2/grub.cfg",
            "/grub/grub.cfg",
            "/grub2/grub.cfg");

    /** Directories of which all files with this end are looked at. */
    private static final Map<String, String> FOLDERS = Map.of(
            "/boot/loader/entries", ".conf",
            "/loader/entries", ".conf");

    private SystemFiles() {}

    /** Those of one volume. */
    static List<SystemFile> of(LayoutSurvey.Volume volume) throws RescueException {
        List<SystemFile> found = new ArrayList<>();
        try {
            Optional<VolumeFiles> files = Volumes.files(volume.device());
            if (files.isPresent()) {
                find(volume, files.get(), found);
            }
        } catch (MalformedDataException e) {
            // What is damaged here is damaged on the target too; no system is known to start from it.
            return List.of();
        }
        return List.copyOf(found);
    }

    private static void find(LayoutSurvey.Volume volume, VolumeFiles files, List<SystemFile> found)
            throws RescueException {
        FileSystemType type = Volumes.recognise(volume.device()).type();
        Obstacle obstacle = obstacle(volume, Volumes.writability(volume.device()));
        if (isOfWindows(type)) {
            for (Map.Entry<String, SystemFile.Kind> each : new TreeMap<>(WINDOWS).entrySet()) {
                add(volume.stream(), files.find(each.getKey()), each.getValue(), obstacle, found);
            }
        }
        if (type != FileSystemType.NTFS) {
            for (String path : texts(files)) {
                add(volume.stream(), files.find(path), SystemFile.Kind.TEXT, obstacle, found);
            }
        }
    }

    private static boolean isOfWindows(FileSystemType type) {
        return switch (type) {
            case NTFS, FAT12, FAT16, FAT32 -> true;
            default -> false;
        };
    }

    private static List<String> texts(VolumeFiles files) throws RescueException {
        List<String> paths = new ArrayList<>(TEXTS);
        for (Map.Entry<String, String> folder : new TreeMap<>(FOLDERS).entrySet()) {
            for (DirectoryListing.Name name : names(files, folder.getKey())) {
                if (!name.directory() && name.name().endsWith(folder.getValue())) {
                    paths.add(folder.getKey() + "/" + name.name());
                }
            }
        }
        for (DirectoryListing.Name name : names(files, "/EFI")) {
            if (name.directory()) {
                paths.add("/EFI/" + name.name() + "/grub.cfg");
            }
        }
        return paths;
    }

    private static List<DirectoryListing.Name> names(VolumeFiles files, String folder) throws RescueException {
        return files.list(folder, MOST_NAMES).map(DirectoryListing::names).orElse(List.of());
    }

    private static Obstacle obstacle(LayoutSurvey.Volume volume, Writability writability) {
        return writability.isAllowed()
                ? Obstacle.NONE
                : new Obstacle(
                        "its volume, " + volume.label() + ", " + writability.words() + ".",
                        writability.obstacles().getFirst().remedy());
    }

    private static void add(
            int stream, Optional<FileOnVolume> file, SystemFile.Kind kind, Obstacle ofVolume, List<SystemFile> found)
            throws RescueException {
        if (file.isEmpty() || file.get().kind() != FileOnVolume.Kind.FILE) {
            return;
        }
        int limit =
                switch (kind) {
                    case BOOT_STORE, SYSTEM_HIVE -> HIVE_LIMIT_BYTES;
                    case RECOVERY -> ReAgent.LIMIT_BYTES;
                    case TEXT -> PartitionUuids.LIMIT_BYTES;
                };
        Obstacle obstacle = !ofVolume.isNone() || file.get().whyNotInPlace().isEmpty()
                ? ofVolume
                : new Obstacle(file.get().whyNotInPlace(), "Start its own system and let that change the file.");
        try {
            found.add(new SystemFile(stream, file.get().path(), kind, file.get().read(limit), obstacle));
        } catch (RefusedException e) {
            found.add(SystemFile.unread(stream, file.get().path(), kind, new Obstacle(e.reason(), e.remedy())));
        }
    }
}
