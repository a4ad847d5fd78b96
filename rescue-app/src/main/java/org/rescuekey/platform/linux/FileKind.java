package org.rescuekey.platform.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.rescuekey.error.DeviceException;

/** What stands under a path, told before it is opened: opening a pipe would wait for ever. */
enum FileKind {
    BLOCK_DEVICE,
    REGULAR_FILE,
    OTHER;

    static FileKind of(String path) throws DeviceException {
        try {
            int mode = (Integer) Files.getAttribute(Path.of(path), "unix:mode");
            return switch (mode & Abi.S_IFMT) {
                case Abi.S_IFBLK -> BLOCK_DEVICE;
                case Abi.S_IFREG -> REGULAR_FILE;
                default -> OTHER;
            };
        } catch (NoSuchFileException e) {
            throw Errno.exception("open " + path, DeviceException.ENOENT);
        } catch (IOException e) {
            throw new DeviceException("cannot open " + path + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }
}
