package org.rescuekey.platform.linux.views;

import java.nio.file.Path;
import java.util.Optional;
import org.rescuekey.engine.VolumeResizer;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.platform.linux.Programs;

/** The programs of a Linux system as {@link VolumeResizer}s. Safe for several threads. */
public final class LinuxResizers implements VolumeResizer.Finder {
    /** What every Linux system keeps in memory. */
    static final Path MEMORY = Path.of("/dev/shm");

    private final Attachments attachments;
    private final VolumeTool tool;

    public LinuxResizers(Attachments attachments) {
        this(attachments, new Programs());
    }

    LinuxResizers(Attachments attachments, Programs programs) {
        this.attachments = attachments;
        this.tool = new VolumeTool(attachments, programs);
    }

    @Override
    public Optional<VolumeResizer> forType(FileSystemType type) {
        return Optional.ofNullable(
                switch (type) {
                    case NTFS -> new NtfsResizer(tool);
                    case EXT2, EXT3, EXT4 -> new ExtResizer(tool);
                    case BTRFS -> MountedResizer.ofBtrfs(tool);
                    case XFS -> MountedResizer.ofXfs(tool);
                    case FAT12, FAT16, FAT32 -> new FatRebuilder(attachments, tool, MEMORY);
                    default -> null;
                });
    }
}
