package org.rescuekey.platform.linux;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.engine.MachinePort;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Mount;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.inventory.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine that this program runs on, for the engine: inventory, names, and places for images. Any thread. */
public final class LinuxMachine implements MachinePort {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxMachine.class);

    /** What this system can write files to. */
    private static final Set<FileSystemType> PLACES = Set.of(
            FileSystemType.NTFS,
            FileSystemType.EXFAT,
            FileSystemType.FAT16,
            FileSystemType.FAT32,
            FileSystemType.EXT2,
            FileSystemType.EXT3,
            FileSystemType.EXT4,
            FileSystemType.XFS,
            FileSystemType.BTRFS);

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final LinuxInventory inventory;
    private final DeviceOpener devices;
    private final Places folders;
    private final Set<String> mountedHere = new HashSet<>();

    /**
     * This machine.
     *
     * @param folders where places are mounted
     */
    public LinuxMachine(LinuxInventory inventory, DeviceOpener devices, Places folders) {
        this.inventory = inventory;
        this.devices = devices;
        this.folders = folders;
    }

    @Override
    public Machine snapshot() {
        Machine all = inventory.snapshot();
        List<DiskInfo> disks =
                all.disks().stream().filter(disk -> !isPartOfTheStick(disk)).toList();
        return new Machine(all.model(), all.firmware(), all.secureBoot(), all.memoryBytes(), disks);
    }

    /** The stick's own file systems are loop devices over files on it: to a user they are the stick, not disks. */
    private static boolean isPartOfTheStick(DiskInfo disk) {
        return disk.bus().equals("loop")
                && disk.mounts().stream()
                        .anyMatch(mount -> mount.mountPoint().startsWith("/run/rescuekey/")
                                && !mount.mountPoint().startsWith("/run/rescuekey/places/"));
    }

    @Override
    public DiskInfo measured(DiskInfo disk) throws RescueException {
        return inventory.measured(disk);
    }

    @Override
    public Named find(String name) throws RescueException {
        String path = inventory.resolve(name);
        DiskInfo disk = inventory.describe(inventory.diskOf(path));
        OptionalInt partition = disk.partitions().stream()
                .filter(found -> found.path().equals(path))
                .mapToInt(PartitionInfo::number)
                .findFirst();
        return new Named(disk, partition);
    }

    @Override
    public String model() {
        return inventory.machineModel();
    }

    @Override
    public List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (DiskInfo disk : inventory.snapshot().disks()) {
            if (disk.bootMedium()) {
                continue;
            }
            disk.wholeDiskVolume()
                    .flatMap(volume -> place(disk, disk.path(), volume, disk.sizeBytes(), disk.mounts()))
                    .ifPresent(places::add);
            for (PartitionInfo partition : disk.partitions()) {
                long bytes = partition.partition().extent().length();
                partition
                        .volume()
                        .flatMap(volume -> place(disk, partition.path(), volume, bytes, partition.mounts()))
                        .ifPresent(places::add);
            }
        }
        return places;
    }

    private static Optional<Place> place(
            DiskInfo disk, String device, VolumeInfo volume, long bytes, List<Mount> mounts) {
        if (!PLACES.contains(volume.type()) || device.isEmpty()) {
            return Optional.empty();
        }
        String label = (volume.label().isEmpty() ? device : volume.label()) + " on " + disk.label();
        Optional<String> mountPoint = mounts.stream()
                .filter(mount -> !mount.readOnly())
                .map(Mount::mountPoint)
                .findFirst();
        return Optional.of(new Place(
                mountPoint.orElse(device),
                label,
                volume.type().label(),
                bytes,
                mountPoint.map(LinuxMachine::freeBytes).orElse(0L),
                disk.path(),
                mountPoint.isPresent()));
    }

    @Override
    public Place openPlace(String directoryOrDevice) throws RescueException {
        Path path = Path.of(directoryOrDevice);
        if (Files.isDirectory(path)) {
            return placeAt(path.toAbsolutePath().normalize());
        }
        if (!Files.exists(path)) {
            throw new DeviceException("There is no directory " + path + ".", DeviceException.ENOENT);
        }
        if (Files.isRegularFile(path)) {
            throw new RefusedException(path + " is a file.", "Name a directory, or a partition to mount.");
        }
        return placeAt(mounted(inventory.resolve(directoryOrDevice)));
    }

    @Override
    public synchronized Place openForWriting(String directory) throws RescueException {
        Path path = Path.of(directory).toAbsolutePath().normalize();
        Optional<Mount> readOnly = folders.mounted().stream()
                .filter(mount -> mount.readOnly() && path.startsWith(Path.of(mount.mountPoint())))
                .findFirst();
        if (readOnly.isPresent()) {
            makeWritable(readOnly.get());
        }
        return openPlace(directory);
    }

    /** A volume that was mounted without a look at its journal has to be mounted anew for that. */
    private void makeWritable(Mount place) throws RescueException {
        String name = String.valueOf(Path.of(place.mountPoint()).getFileName());
        FileSystemType type = type(place.source());
        folders.unmount(name);
        try {
            mountedHere.add(folders.mount(place.source(), type, name, true).toString());
        } catch (RescueException e) {
            readAgain(place, type, name, e);
            throw e;
        }
    }

    private void readAgain(Mount place, FileSystemType type, String name, RescueException cause) {
        try {
            mountedHere.add(folders.mount(place.source(), type, name, false).toString());
        } catch (RescueException e) {
            cause.addSuppressed(e);
        }
    }

    /** Mounts a device read-only, unless it is mounted already. */
    private synchronized Path mounted(String device) throws RescueException {
        Optional<Path> present = mountsOf(device).stream()
                .min(Comparator.comparing(Mount::readOnly))
                .map(mount -> Path.of(mount.mountPoint()));
        if (present.isPresent()) {
            return present.get();
        }
        Path place = folders.mount(
                device, type(device), String.valueOf(Path.of(device).getFileName()), false);
        mountedHere.add(place.toString());
        return place;
    }

    private FileSystemType type(String device) throws RescueException {
        try (BlockDevice volume = devices.openSource(device)) {
            return Volumes.recognise(volume).type();
        }
    }

    @Override
    public synchronized void releasePlaces() {
        for (Mount place : folders.mounted()) {
            if (!mountedHere.remove(place.mountPoint())) {
                continue; // somebody else's, such as the other session's
            }
            try {
                folders.unmount(String.valueOf(Path.of(place.mountPoint()).getFileName()));
            } catch (RescueException e) {
                LOG.info("A place stays mounted: {}", e.getMessage());
            }
        }
    }

    private List<Mount> mountsOf(String device) throws RescueException {
        DiskInfo disk = inventory.describe(inventory.diskOf(device));
        return disk.path().equals(device)
                ? disk.mounts()
                : disk.partitions().stream()
                        .filter(partition -> partition.path().equals(device))
                        .flatMap(partition -> partition.mounts().stream())
                        .toList();
    }

    private Place placeAt(Path directory) {
        Set<String> below = inventory.below(directory);
        String disk = inventory.diskPaths().stream()
                .filter(below::contains)
                .findFirst()
                .orElse("");
        return new Place(
                directory.toString(),
                disk.isEmpty() ? directory.toString() : directory + " on " + disk,
                fileSystem(directory),
                sizeBytes(directory),
                freeBytes(directory.toString()),
                disk,
                true);
    }

    @Override
    public Set<String> devicesBelow(String file) {
        return inventory.below(Path.of(file));
    }

    /** The kernel's boot id: 122 random bits as text. */
    @Override
    public byte[] seedOfThisStart() throws RescueException {
        try {
            return Files.readAllBytes(BOOT_ID);
        } catch (IOException e) {
            throw new DeviceException(BOOT_ID + " cannot be read: " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }

    @Override
    public void forgetCached(String file) {
        try (NativeFile opened = NativeFile.open(file, Abi.O_RDONLY | Abi.O_CLOEXEC)) {
            opened.dropCache(0, 0);
        } catch (DeviceException e) {
            return; // whoever reads the file next meets the same error, and tells it
        }
    }

    private static long freeBytes(String directory) {
        try {
            return Files.getFileStore(Path.of(directory)).getUsableSpace();
        } catch (IOException e) {
            return 0; // the place says "unknown"
        }
    }

    private static long sizeBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getTotalSpace();
        } catch (IOException e) {
            return 0; // the place says "unknown"
        }
    }

    private static String fileSystem(Path directory) {
        try {
            FileStore store = Files.getFileStore(directory);
            return store.type();
        } catch (IOException e) {
            return "";
        }
    }
}
