package org.rescuekey.platform.linux;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The kernel's block devices and what stands on what, from /sys/block: disks, their partitions, and the devices (device
 * mapper, RAID, loop) that use them. Devices go by their kernel name, such as "sda1".
 */
final class BlockTree {
    /** No disk, or nothing that a disk's content could be: memory, CD and floppy drives, eMMC boot areas. */
    private static final Pattern NO_DISK =
            Pattern.compile("(ram|zram|sr|fd|dm-|mtdblock|nullb|mmcblk\\d+(boot|rpmb)).*");

    private final SystemTree system;

    BlockTree(SystemTree system) {
        this.system = system;
    }

    /** Every disk with a medium in it that can be a source or a target. */
    List<String> disks() {
        return system.names("/sys/block").stream()
                .filter(name -> !NO_DISK.matcher(name).matches())
                .filter(name -> !system.flag("/sys/block/" + name + "/hidden"))
                .filter(name -> sizeBytes(name) > 0)
                .toList();
    }

    boolean exists(String name) {
        return folder(name).isPresent();
    }

    /** The kernel name of a device's path, which may be a link. */
    Optional<String> nameOf(String path) {
        return system.realPath(path)
                .filter(real -> real.startsWith("/dev/"))
                .map(real -> real.substring("/dev/".length()).replace('/', '!'))
                .filter(this::exists);
    }

    /** The path of a device; kernel names write "!" for "/". */
    static String pathOf(String name) {
        return "/dev/" + name.replace('!', '/');
    }

    /** The disk that a partition is on. */
    Optional<String> diskOf(String partition) {
        return system.names("/sys/block").stream()
                .filter(disk -> system.exists("/sys/block/" + disk + "/" + partition + "/partition"))
                .findFirst();
    }

    /** The partitions that the kernel knows of a disk, in the order of their numbers. */
    List<String> partitions(String disk) {
        return system.names("/sys/block/" + disk).stream()
                .filter(name -> system.exists("/sys/block/" + disk + "/" + name + "/partition"))
                .sorted(java.util.Comparator.comparingLong(
                        name -> system.number("/sys/block/" + disk + "/" + name + "/partition")
                                .orElse(0)))
                .toList();
    }

    /** The partition of a disk with a number in its table. */
    Optional<String> partition(String disk, int number) {
        return partitions(disk).stream()
                .filter(name -> partitionNumber(disk, name) == number)
                .findFirst();
    }

    private long partitionNumber(String disk, String partition) {
        return system.number("/sys/block/" + disk + "/" + partition + "/partition")
                .orElse(0);
    }

    /** The folder of a disk or a partition in sysfs. */
    Optional<String> folder(String name) {
        if (system.exists("/sys/block/" + name)) {
            return Optional.of("/sys/block/" + name);
        }
        return diskOf(name).map(disk -> "/sys/block/" + disk + "/" + name);
    }

    /** "MAJOR:MINOR", empty where the device is gone. */
    String number(String name) {
        return folder(name).flatMap(folder -> system.text(folder + "/dev")).orElse("");
    }

    /** The device with a number "MAJOR:MINOR". */
    Optional<String> byNumber(String deviceNumber) {
        for (String disk : system.names("/sys/block")) {
            if (number(disk).equals(deviceNumber)) {
                return Optional.of(disk);
            }
            for (String partition : partitions(disk)) {
                if (number(partition).equals(deviceNumber)) {
                    return Optional.of(partition);
                }
            }
        }
        return Optional.empty();
    }

    /** The size; sysfs counts in 512 bytes whatever the sector size is. */
    long sizeBytes(String name) {
        return folder(name)
                        .map(folder -> system.number(folder + "/size").orElse(0))
                        .orElse(0L)
                * 512;
    }

    /** The devices that are built on a device, such as "dm-0" or "md127". */
    List<String> holders(String name) {
        return folder(name).map(folder -> system.names(folder + "/holders")).orElse(List.of());
    }

    /** The file behind a loop device. */
    Optional<String> backingFile(String loop) {
        return system.text("/sys/block/" + loop + "/loop/backing_file");
    }

    /** The loop devices that show a file. */
    List<String> loopsOf(String realFilePath) {
        return system.names("/sys/block").stream()
                .filter(name -> name.startsWith("loop"))
                .filter(name -> backingFile(name).filter(realFilePath::equals).isPresent())
                .toList();
    }

    /**
     * All devices that a device's bytes come from, itself included: its partition's disk, the parts of RAID and device
     * mapper, and what the file behind a loop device lies on.
     */
    Set<String> below(String name, MountTable mounts) {
        Set<String> devices = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(name));
        while (!open.isEmpty()) {
            String device = open.removeFirst();
            if (!devices.add(device)) {
                continue;
            }
            diskOf(device).ifPresent(open::add);
            open.addAll(system.names("/sys/block/" + device + "/slaves"));
            backingFile(device).flatMap(mounts::containing).ifPresent(entry -> open.addAll(devicesOf(entry)));
        }
        return devices;
    }

    /** The devices that a mounted file system lies on. */
    List<String> devicesOf(MountTable.Entry entry) {
        Optional<String> byNumber = byNumber(entry.deviceNumber());
        if (byNumber.isPresent()) {
            return List.of(byNumber.get());
        }
        List<String> found = new ArrayList<>();
        nameOf(entry.mount().source()).ifPresent(found::add);
        for (String fileSystem : system.names("/sys/fs/btrfs")) {
            List<String> members = system.names("/sys/fs/btrfs/" + fileSystem + "/devices");
            if (members.stream().anyMatch(found::contains)) {
                members.stream().filter(member -> !found.contains(member)).forEach(found::add);
            }
        }
        return found;
    }
}
