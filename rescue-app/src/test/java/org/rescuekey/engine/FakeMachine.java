package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Place;

/** The machine under the {@link TestBench}: opens disks in memory as the kernel opens real ones. */
final class FakeMachine implements MachinePort, DeviceOpener {
    private final Map<String, BenchDisk> disks = new LinkedHashMap<>();
    private final ConcurrentLinkedQueue<Handle> handles = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> protectedSources = new ConcurrentLinkedQueue<>();
    private final List<String> rereadTables = new ArrayList<>();
    private final List<String> placesOpenedForWriting = new ArrayList<>();
    private final List<String> forgotten = new ArrayList<>();
    private final String images;
    private final Map<String, Place> placesAs = new LinkedHashMap<>();
    private boolean isStuck;
    private Set<String> belowImages = Set.of();

    FakeMachine(String images) {
        this.images = images;
    }

    /** An open device. */
    private final class Handle extends ForwardingDevice {
        private final String path;
        private final boolean exclusive;

        Handle(BlockDevice inner, String path, boolean exclusive) {
            super(inner);
            this.path = path;
            this.exclusive = exclusive;
            handles.add(this);
        }

        @Override
        public String name() {
            return path;
        }

        @Override
        public void close() {
            handles.remove(this);
        }
    }

    BenchDisk plug(BenchDisk disk) {
        disks.put(disk.path, disk);
        return disk;
    }

    void unplug(String path) {
        disks.remove(path);
    }

    void imagesLieOn(String... devices) {
        belowImages = Set.of(devices);
    }

    /** From now on a place is so. */
    void placeIs(String path, String fileSystem, long freeBytes, String diskPath) {
        placesAs.put(path, new Place(path, path, fileSystem, 1L << 40, freeBytes, diskPath, true));
    }

    /** From now on lifting the protection of a source fails. */
    void protectionIsStuck() {
        isStuck = true;
    }

    @Override
    public byte[] seedOfThisStart() {
        return new byte[16];
    }

    @Override
    public void forgetCached(String file) {
        forgotten.add(file);
    }

    /** The files whose cached content was dropped. */
    List<String> forgotten() {
        return forgotten;
    }

    /** The disks whose tables the kernel was made to take up. */
    List<String> rereadTables() {
        return rereadTables;
    }

    boolean isOpen(String path) {
        return handles.stream().anyMatch(handle -> handle.path.equals(path));
    }

    void assertNothingIsOpen() {
        assertThat(handles).as("open devices").isEmpty();
        assertThat(protectedSources).as("protected sources").isEmpty();
    }

    BenchDisk disk(String path) throws DeviceException {
        BenchDisk disk = disks.get(path);
        if (disk == null) {
            throw new DeviceException("There is no " + path + ".", DeviceException.ENOENT);
        }
        return disk;
    }

    @Override
    public BlockDevice openSource(String path) throws RescueException {
        return new ReadOnlyDevice(new Handle(disk(path).source(), path, false));
    }

    @Override
    public BlockDevice openTarget(String path) throws RescueException {
        BenchDisk disk = disk(path);
        boolean taken = handles.stream().anyMatch(handle -> handle.exclusive && handle.path.equals(path));
        if (taken || disk.info().inUseReason().isPresent()) {
            throw new DeviceException(path + " is in use", DeviceException.EBUSY);
        }
        if (protectedSources.contains(path) || disk.info().readOnly()) {
            throw new DeviceException(path + " is read-only", DeviceException.EROFS);
        }
        return new Handle(disk.target(), path, true);
    }

    @Override
    public BlockDevice openVerify(String path) throws RescueException {
        return new ReadOnlyDevice(new Handle(disk(path).written(), path, false));
    }

    @Override
    public SourceGuard protectSource(String path, Collection<Integer> partitions) throws RescueException {
        disk(path);
        protectedSources.add(path);
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (!closed.getAndSet(true)) {
                protectedSources.remove(path);
                if (isStuck) {
                    throw new DeviceException("the protection of " + path + " cannot be lifted", DeviceException.EIO);
                }
            }
        };
    }

    @Override
    public void rereadTable(String path) {
        assertThat(handles).as("open devices while the table is taken up").isEmpty();
        rereadTables.add(path);
    }

    @Override
    public String model() {
        return "Bench PC";
    }

    @Override
    public Machine snapshot() throws RescueException {
        List<DiskInfo> infos = new ArrayList<>();
        for (BenchDisk disk : disks.values()) {
            infos.add(disk.info());
        }
        return new Machine("Bench PC", "UEFI", false, 1L << 30, infos);
    }

    @Override
    public Named find(String name) throws RescueException {
        for (BenchDisk disk : disks.values()) {
            DiskInfo info = disk.info();
            if (name.equals(disk.path) || name.equals(info.serial())) {
                return new Named(info, OptionalInt.empty());
            }
            Optional<Integer> partition = disk.partitionAt(name);
            if (partition.isPresent()) {
                return new Named(info, OptionalInt.of(partition.get()));
            }
        }
        throw new DeviceException("There is no disk " + name + ".", DeviceException.ENOENT);
    }

    @Override
    public List<Place> places() {
        return List.of(openPlace(images));
    }

    @Override
    public Place openPlace(String directoryOrDevice) {
        return placesAs.getOrDefault(
                directoryOrDevice,
                new Place(directoryOrDevice, directoryOrDevice, "ext4", 1L << 40, 1L << 40, "", true));
    }

    @Override
    public Place openForWriting(String directory) {
        placesOpenedForWriting.add(directory);
        return openPlace(directory);
    }

    /** The places that images were to be written to. */
    List<String> placesOpenedForWriting() {
        return placesOpenedForWriting;
    }

    @Override
    public Set<String> devicesBelow(String file) {
        return Path.of(file).startsWith(images) ? belowImages : Set.of();
    }

    @Override
    public DiskInfo measured(DiskInfo disk) {
        return disk;
    }
}
