package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.engine.ViewRoom;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;

/**
 * Keeps the changes of views in memory, as files of a file system that lies there, unless that could take what the system
 * itself needs. Safe for several threads.
 */
public final class MemoryRoom implements ViewRoom {
    /** What every Linux system keeps in memory. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path folder;

    public MemoryRoom() {
        this(MEMORY);
    }

    /** @param folder where the files go; they have no names there */
    MemoryRoom(Path folder) {
        this.folder = folder;
    }

    @Override
    public BlockDevice create(long bytes) throws RescueException {
        long free = freeBytes();
        if (bytes > free) {
            throw new RefusedException(
                    "Changing the volume takes up to " + ByteCount.text(bytes) + " of memory, and "
                            + ByteCount.text(free) + " are free for that.",
                    "Use a machine with more memory, leave the volume larger, or make room on it first.");
        }
        return OverlayFile.create(folder, bytes);
    }

    private long freeBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }
}
