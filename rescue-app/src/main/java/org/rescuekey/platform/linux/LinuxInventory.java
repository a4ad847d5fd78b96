package org.rescuekey.platform.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.PartitionInfo;

/**
 * Finds out what the machine has. Reads only; what a disk does not tell in time, or at all, becomes a finding on that
 * disk and never keeps the others from being shown. Safe for several threads.
 */
public final class LinuxInventory {
    /** A disk that answers later than this is shown without its content. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final Path root;
    private final DeviceOpener opener;
    private final Duration answerLimit;
    private final SystemTree system;
    private final BlockTree blocks;

    /** The inventory of the running system. */
    public LinuxInventory(DeviceOpener opener) {
        this(Path.of("/"), opener, ANSWER_LIMIT);
    }

    /** @param root what stands for "/", so that tests can fake a system */
    LinuxInventory(Path root, DeviceOpener opener, Duration answerLimit) {
        this.root = root;
        this.opener = opener;
        this.answerLimit = answerLimit;
        this.system = new SystemTree(root);
        this.blocks = new BlockTree(system);
    }

    /** The machine as it is now. All disks are read at the same time. */
    public Machine snapshot() {
        Map<String, FutureTask<DiskContent>> readings = new LinkedHashMap<>();
        for (String disk : blocks.disks()) {
            readings.put(disk, start(BlockTree.pathOf(disk), DiskContent::ofDisk));
        }
        long deadlineNanos = System.nanoTime() + answerLimit.toNanos();
        DiskAssembly assembly = new DiskAssembly(system, blocks);
        List<DiskInfo> disks = new ArrayList<>();
        readings.forEach((disk, reading) -> disks.add(assembly.disk(disk, await(disk, reading, deadlineNanos))));
        MachineFacts facts = new MachineFacts(system);
        return new Machine(facts.model(), facts.firmware(), facts.secureBoot(), facts.memoryBytes(), disks);
    }

    /**
     * One disk, partition, loop device or disk file.
     *
     * @throws DeviceException if there is no such thing or it cannot be opened
     * @throws org.rescuekey.error.RefusedException if it is none of these
     */
    public DiskInfo describe(String path) throws RescueException {
        Optional<String> name = blocks.nameOf(path);
        DiskAssembly assembly = new DiskAssembly(system, blocks);
        try (BlockDevice device = opener.openSource(path)) {
            if (name.isEmpty()) {
                return assembly.file(absolute(path), Files.isWritable(file(path)), device, DiskContent.ofDisk(device));
            }
            return blocks.diskOf(name.get()).isPresent()
                    ? assembly.partition(name.get(), DiskContent.ofPartition(device))
                    : assembly.disk(name.get(), DiskContent.ofDisk(device));
        }
    }

    /**
     * The path of the disk, partition or disk file that a person means: by a path, a link to one such as those below
     * /dev/disk/by-id, a serial number or a WWN.
     *
     * @throws org.rescuekey.error.RefusedException if several disks fit, naming them, or none does
     */
    public String resolve(String name) throws RescueException {
        return new DiskNames(root, system, blocks).resolve(name);
    }

    /** The path of the disk that a partition's path belongs to; a disk's own path, or that of a file, stays as it is. */
    public String diskOf(String path) {
        return blocks.nameOf(path)
                .flatMap(blocks::diskOf)
                .map(BlockTree::pathOf)
                .orElse(path);
    }

    /** The paths of all disks, without a look at what is on them. */
    public List<String> diskPaths() {
        return blocks.disks().stream().map(BlockTree::pathOf).toList();
    }

    /** Maker and model of the machine; empty where the firmware does not say. */
    public String machineModel() {
        return new MachineFacts(system).model();
    }

    /**
     * Every device path, and every file behind a loop device, that a file or folder lies on: with images in it, none of
     * these may be a target. Empty for what lies on a share or in memory.
     */
    public Set<String> below(Path fileOrFolder) {
        MountTable mounts = MountTable.read(system);
        Set<String> paths = new LinkedHashSet<>();
        Path existing = fileOrFolder.toAbsolutePath().normalize();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        String real = system.realPath(existing.toString()).orElse(existing.toString());
        mounts.containing(real).map(blocks::devicesOf).orElse(List.of()).stream()
                .flatMap(device -> blocks.below(device, mounts).stream())
                .forEach(device -> {
                    paths.add(BlockTree.pathOf(device));
                    blocks.backingFile(device).ifPresent(paths::add);
                });
        return paths;
    }

    /** The same disk with the used bytes of each partition whose file system is understood; takes a moment. */
    public DiskInfo measured(DiskInfo disk) throws RescueException {
        try (BlockDevice device = opener.openSource(disk.path())) {
            List<PartitionInfo> partitions = disk.partitions().stream()
                    .map(partition -> partition.withUsedBytes(usedBytes(device, partition)))
                    .toList();
            return disk.withPartitions(partitions);
        }
    }

    private static OptionalLong usedBytes(BlockDevice disk, PartitionInfo partition) {
        if (partition.volume().isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            String name = disk.name() + " partition " + partition.number();
            return Volumes.usedBytes(new SliceDevice(disk, partition.partition().extent(), name));
        } catch (RescueException e) {
            return OptionalLong.empty();
        }
    }

    /** Starts to read a disk on a thread of its own, which a disk that hangs may keep. */
    private FutureTask<DiskContent> start(String path, Function<BlockDevice, DiskContent> reader) {
        FutureTask<DiskContent> reading = new FutureTask<>(() -> {
            try (BlockDevice device = opener.openSource(path)) {
                return reader.apply(device);
            } catch (RescueException e) {
                return DiskContent.unreadable("It cannot be read: " + e.getMessage() + ".");
            }
        });
        Thread.ofPlatform().daemon().name("inventory-of-" + path).start(reading);
        return reading;
    }

    private DiskContent await(String disk, FutureTask<DiskContent> reading, long deadlineNanos) {
        try {
            return reading.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return DiskContent.unreadable(
                    "It did not answer within " + answerLimit.toSeconds() + " seconds; it may be failing.");
        } catch (ExecutionException e) {
            return DiskContent.unreadable("It cannot be examined: " + e.getCause() + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DiskContent.unreadable("The look at " + BlockTree.pathOf(disk) + " was interrupted.");
        }
    }

    private Path file(String path) {
        return root.getFileSystem().getPath(path);
    }

    private String absolute(String path) {
        return file(path).toAbsolutePath().normalize().toString();
    }
}
