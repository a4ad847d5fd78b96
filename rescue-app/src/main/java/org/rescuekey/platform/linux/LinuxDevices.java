package org.rescuekey.platform.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.AlignedBuffers;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.Mount;
import org.rescuekey.units.SectorSize;

/** Opens the disks, partitions, loop devices and disk files of this system. Safe for several threads. */
public final class LinuxDevices implements DeviceOpener {
    private static final int BOUNCE_BYTES = 1 << 20;
    private static final int BOUNCE_BUFFERS = 8;
    private static final int REREAD_ATTEMPTS = 10;

    private final SectorSize fileSector;
    private final Programs programs;
    private final AlignedBuffers bounce = new AlignedBuffers(BOUNCE_BYTES, BOUNCE_BUFFERS);
    private final ReadOnlyGuards guards;
    private final SystemTree system = SystemTree.ofThisSystem();
    private final BlockTree blocks = new BlockTree(system);

    /**
     * Disk files have sectors of 512 bytes.
     *
     * @param atExit sets protected sources back if the program ends before its time
     */
    public LinuxDevices(AtExit atExit) {
        this(SectorSize.SECTOR_512, atExit);
    }

    /** @param fileSector the sector size that files used as disks have */
    public LinuxDevices(SectorSize fileSector, AtExit atExit) {
        this.fileSector = fileSector;
        this.guards = new ReadOnlyGuards(atExit);
        this.programs = new Programs();
    }

    @Override
    public BlockDevice openSource(String path) throws RescueException {
        return new ReadOnlyDevice(openReadOnly(path));
    }

    @Override
    public BlockDevice openTarget(String path) throws RescueException {
        return switch (FileKind.of(path)) {
            case BLOCK_DEVICE -> LinuxBlockDevice.openExclusively(path, bounce);
            case REGULAR_FILE -> {
                List<String> loops = blocks.loopsOf(realPath(path));
                if (!loops.isEmpty()) {
                    throw new DeviceException(
                            "cannot open " + path + " for writing: it is shown as " + String.join(", ", loops)
                                    + "; detach that first",
                            DeviceException.EBUSY);
                }
                yield DiskFile.openExclusively(path, fileSector, bounce);
            }
            case OTHER -> throw notADisk(path);
        };
    }

    @Override
    public BlockDevice openVerify(String path) throws RescueException {
        NativeDevice device = openReadOnly(path);
        try {
            device.dropCache();
            return new ReadOnlyDevice(device);
        } catch (RescueException e) {
            device.close();
            throw e;
        }
    }

    /**
     * Sets a disk with all its partitions, or one partition alone, read-only in the kernel; locks a disk file against
     * being opened as a target. Partitions that are not read and that are in use, as the plan allows, stay writable, and
     * with them the disk's own device.
     *
     * @throws RefusedException if what is read is mounted for writing: the mounted file system would lose what it still
     *     has to write
     */
    @Override
    public SourceGuard protectSource(String path, Collection<Integer> partitions) throws RescueException {
        return switch (FileKind.of(path)) {
            case BLOCK_DEVICE -> guards.protect(toProtect(path, partitions));
            case REGULAR_FILE -> lockFile(path);
            case OTHER -> throw notADisk(path);
        };
    }

    @Override
    public void rereadTable(String path) throws RescueException {
        if (FileKind.of(path) != FileKind.BLOCK_DEVICE) {
            return;
        }
        Optional<String> name = blocks.nameOf(path);
        if (name.flatMap(blocks::diskOf).isPresent()) {
            return; // a partition: its content is no table to the kernel
        }
        for (int attempt = 1; ; attempt++) {
            try (NativeFile disk = NativeFile.open(path, Abi.O_RDONLY)) {
                disk.ioctl("take up the partition table", Abi.BLKRRPART);
                settle();
                return;
            } catch (DeviceException e) {
                boolean keepsPartitions =
                        name.stream().anyMatch(disk -> !blocks.partitions(disk).isEmpty());
                if (e.errno() == Abi.EINVAL && !keepsPartitions) {
                    return; // the kernel looks for no partitions on this device, as on many loop devices
                }
                if (e.errno() != DeviceException.EBUSY || attempt == REREAD_ATTEMPTS) {
                    throw e;
                }
                settle(); // udev opens every device that changed, for a moment
            }
        }
    }

    private NativeDevice openReadOnly(String path) throws RescueException {
        return switch (FileKind.of(path)) {
            case BLOCK_DEVICE -> LinuxBlockDevice.openReadOnly(path, bounce);
            case REGULAR_FILE -> DiskFile.openReadOnly(path, fileSector, bounce);
            case OTHER -> throw notADisk(path);
        };
    }

    private List<String> toProtect(String path, Collection<Integer> partitions) throws RescueException {
        Optional<String> name = blocks.nameOf(path);
        if (name.isEmpty()) {
            return List.of(path);
        }
        List<String> read = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String partition : blocks.partitions(name.get())) {
            boolean isRead = partitions.stream()
                    .anyMatch(number -> blocks.partition(name.get(), number)
                            .filter(partition::equals)
                            .isPresent());
            (isRead ? read : others).add(partition);
        }
        BlockUse use = new BlockUse(system, blocks, MountTable.read(system));
        List<String> names = new ArrayList<>();
        if (others.stream().noneMatch(use::canChange)) {
            names.add(name.get());
            names.addAll(others);
        }
        names.addAll(read);
        for (String device : names) {
            refuseIfMountedForWriting(device, use);
        }
        return names.stream().map(BlockTree::pathOf).toList();
    }

    private static void refuseIfMountedForWriting(String device, BlockUse use) throws RefusedException {
        for (Mount mount : use.mountsOf(device)) {
            if (!mount.volumeReadOnly()) {
                throw new RefusedException(
                        BlockTree.pathOf(device) + " is mounted at " + mount.mountPoint() + " and may be written to.",
                        "Unmount it, or mount it read-only, first.");
            }
        }
    }

    private static SourceGuard lockFile(String path) throws DeviceException {
        NativeFile file = NativeFile.open(path, Abi.O_RDONLY);
        try {
            DiskFile.lock(file, false);
            return file::close;
        } catch (DeviceException e) {
            file.close();
            throw e;
        }
    }

    /** Waits until udev has dealt with what happened; systems without udev have nothing to wait for. */
    private void settle() throws RescueException {
        if (programs.isInstalled("udevadm")) {
            programs.run(List.of("udevadm", "settle", "--timeout=10"));
        }
    }

    private static String realPath(String path) throws DeviceException {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            throw new DeviceException("cannot open " + path + ": " + e.getMessage(), DeviceException.ENOENT, e);
        }
    }

    private static RefusedException notADisk(String path) {
        return new RefusedException(
                path + " is neither a block device nor a file.", "Name a disk, a partition or a disk file.");
    }
}
