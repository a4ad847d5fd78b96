package org.rescuekey.platform.linux;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;

/** Finds the disk that a person means by a path, a link, a serial number or a WWN. */
final class DiskNames {
    private final Path root;
    private final SystemTree system;
    private final BlockTree blocks;

    DiskNames(Path root, SystemTree system, BlockTree blocks) {
        this.root = root;
        this.system = system;
        this.blocks = blocks;
    }

    String resolve(String name) throws RescueException {
        if (name.startsWith("/dev/")) {
            return blocks.nameOf(name)
                    .map(BlockTree::pathOf)
                    .or(() -> file(name)) // /dev/shm is a place for files like any other
                    .orElseThrow(() -> Errno.exception("open " + name, DeviceException.ENOENT));
        }
        List<String> found = bySerialOrWwn(name);
        if (found.size() > 1) {
            throw new RefusedException(
                    "Several disks have the serial number or WWN " + name + ": " + String.join(", ", found) + ".",
                    "Name the disk by its path.");
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        return file(name)
                .orElseThrow(() -> new RefusedException(
                        "No disk has the path, serial number or WWN " + name
                                + ", and there is no disk file of that name.",
                        "The command \"rescuekey disks\" lists the disks of this machine."));
    }

    private List<String> bySerialOrWwn(String name) {
        List<String> found = new ArrayList<>();
        for (String disk : blocks.disks()) {
            Hardware hardware = Hardware.of(disk, system, blocks);
            if (!name.isEmpty()
                    && (hardware.serial().equalsIgnoreCase(name)
                            || hardware.wwn().equalsIgnoreCase(name))) {
                found.add(BlockTree.pathOf(disk));
            }
        }
        return found;
    }

    private Optional<String> file(String name) {
        try {
            Path file = root.getFileSystem().getPath(name);
            return Files.isRegularFile(file)
                    ? Optional.of(file.toAbsolutePath().normalize().toString())
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
