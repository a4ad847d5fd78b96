package org.rescuekey.vm.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rescuekey.vm.host.NtfsMount;
import org.rescuekey.vm.host.Tools;

/**
 * A disk for images, as a person would plug it in: GPT with one volume. The host reads what was put on it without
 * a loop device. Immutable.
 *
 * @param file the raw, sparse file of the disk
 * @param label of its volume
 */
public record DataDisk(Path file, FileSystem fileSystem, String label) {
    /** What the volume is formatted with. */
    public enum FileSystem {
        EXT4,
        NTFS
    }

    private static final long START_BYTES = 1L << 20;
    private static final long SECTOR_BYTES = 512;

    /** Makes the disk; what was there is replaced. */
    public static DataDisk make(Path file, FileSystem fileSystem, String label, long diskBytes) throws IOException {
        long volumeBytes = diskBytes - 2 * START_BYTES;
        String type =
                switch (fileSystem) {
                    case EXT4 -> "0FC63DAF-8483-4772-8E79-3D69D8477DE4";
                    case NTFS -> "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7";
                };
        Files.deleteIfExists(file);
        Tools.run("truncate", "-s", diskBytes, file);
        Tools.runWithInput(
                "label: gpt\nstart=%d, size=%d, type=%s\n"
                        .formatted(START_BYTES / SECTOR_BYTES, volumeBytes / SECTOR_BYTES, type),
                "sfdisk",
                "--quiet",
                "--no-reread",
                file);
        DataDisk disk = new DataDisk(file, fileSystem, label);
        Path volume = disk.volume();
        Tools.run("truncate", "-s", volumeBytes, volume);
        switch (fileSystem) {
            case EXT4 -> Tools.run("mkfs.ext4", "-q", "-F", "-L", label, volume);
            case NTFS ->
                Tools.run(
                        "mkntfs",
                        "--force",
                        "--fast",
                        "--quiet",
                        "--partition-start",
                        START_BYTES / SECTOR_BYTES,
                        "--label",
                        label,
                        volume);
        }
        Tools.run("dd", "if=" + volume, "of=" + file, "bs=1M", "seek=1", "conv=sparse,notrunc", "status=none");
        Files.delete(volume);
        return disk;
    }

    /** Copies all files of the volume into this folder. */
    public void copyFilesTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path volume = volume();
        Tools.run("dd", "if=" + file, "of=" + volume, "bs=1M", "skip=1", "conv=sparse", "status=none");
        try {
            switch (fileSystem) {
                case EXT4 -> Tools.run("debugfs", "-R", "rdump / " + folder, volume);
                case NTFS -> {
                    try (NtfsMount mount = NtfsMount.of(volume, "ro")) {
                        Tools.run("cp", "-r", mount.folder() + "/.", folder);
                    }
                }
            }
        } finally {
            Files.delete(volume);
        }
    }

    /** The image files below a folder that {@link #copyFilesTo} filled. */
    public static List<Path> images(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> path.toString().toLowerCase(Locale.ROOT).endsWith(".rkimg"))
                    .sorted()
                    .toList();
        }
    }

    private Path volume() {
        return file.resolveSibling(file.getFileName() + ".volume");
    }
}
