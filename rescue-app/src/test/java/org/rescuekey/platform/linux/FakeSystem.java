package org.rescuekey.platform.linux;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/** A Linux system in memory: the files in which the kernel and udev describe themselves, and disks to read. */
final class FakeSystem implements DeviceOpener {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path root = files.getPath("/");
    private final Map<String, BlockDevice> devices = new HashMap<>();
    private final StringBuilder mounts = new StringBuilder();
    private int nextMinor;

    LinuxInventory inventory() {
        return inventory(Duration.ofMinutes(1));
    }

    LinuxInventory inventory(Duration answerLimit) {
        write("/proc/self/mountinfo", mounts.toString());
        return new LinuxInventory(root, this, answerLimit);
    }

    Path path(String path) {
        return root.resolve(path.substring(1));
    }

    FakeSystem write(String path, String text) {
        try {
            Path file = path(path);
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, text + "\n");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FakeSystem writeBytes(String path, byte[] bytes) {
        write(path, "");
        try {
            Files.write(path(path), bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FakeSystem link(String path, String target) {
        try {
            Path link = path(path);
            Path folder = link.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.createSymbolicLink(link, files.getPath(target));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Adds a disk below a folder of /sys/devices, as the kernel does.
     *
     * @return a memory disk behind it
     */
    MemoryDevice disk(String name, String sysDevices, long sizeBytes) {
        String device = "/sys/devices/" + sysDevices;
        String block = device + "/block/" + name;
        write(block + "/size", String.valueOf(sizeBytes / 512));
        write(block + "/dev", number());
        write(block + "/ro", "0");
        write(block + "/removable", "0");
        write(block + "/queue/logical_block_size", "512");
        write(block + "/queue/physical_block_size", "4096");
        write(block + "/queue/rotational", "1");
        write("/dev/" + name, "");
        link(block + "/device", device);
        link("/sys/block/" + name, block);
        MemoryDevice memory = new MemoryDevice("/dev/" + name, sizeBytes, SectorSize.SECTOR_512);
        devices.put("/dev/" + name, memory);
        return memory;
    }

    /** Adds a partition that the kernel knows. */
    FakeSystem partition(String disk, String name, int number) {
        String folder = "/sys/block/" + disk + "/" + name;
        write(folder + "/partition", String.valueOf(number));
        write(folder + "/dev", number());
        write(folder + "/size", "2048");
        return write("/dev/" + name, "");
    }

    /** Adds a device that is built on others. */
    FakeSystem holder(String name, String... slaves) {
        write("/sys/block/" + name + "/dev", number());
        write("/sys/block/" + name + "/size", "2048");
        write("/dev/" + name, "");
        for (String slave : slaves) {
            write("/sys/block/" + name + "/slaves/" + slave, "");
            write(new BlockTree(new SystemTree(root)).folder(slave).orElseThrow() + "/holders/" + name, "");
        }
        return this;
    }

    FakeSystem loop(String name, String backingFile, long sizeBytes) {
        disk(name, "virtual/block-" + name, sizeBytes);
        return write("/sys/block/" + name + "/loop/backing_file", backingFile);
    }

    /** @param mountPoint as the kernel writes it, with blanks as \040 */
    FakeSystem mount(String device, String mountPoint, String type, String options) {
        String number = new BlockTree(new SystemTree(root)).number(device);
        return mountLine(number + " / " + mountPoint, options, type + " /dev/" + device, options);
    }

    /** Shows a mounted volume at another place, with options of its own. */
    FakeSystem bind(String device, String mountPoint, String options, String volumeOptions) {
        String number = new BlockTree(new SystemTree(root)).number(device);
        return mountLine(number + " / " + mountPoint, options, "ext4 /dev/" + device, volumeOptions);
    }

    FakeSystem mountLine(String numberAndPlaces, String typeAndSource, String options) {
        return mountLine(numberAndPlaces, options, typeAndSource, options);
    }

    private FakeSystem mountLine(String numberAndPlaces, String options, String typeAndSource, String volumeOptions) {
        mounts.append("30 1 " + numberAndPlaces + " " + options + ",relatime shared:1 - " + typeAndSource + " "
                + volumeOptions + "\n");
        return this;
    }

    FakeSystem udev(String disk, String... properties) {
        String number = new BlockTree(new SystemTree(root)).number(disk);
        return write("/run/udev/data/b" + number, "I:1\nE:" + String.join("\nE:", properties));
    }

    /** Replaces what answers when a path is opened. */
    FakeSystem device(String path, BlockDevice device) {
        devices.put(path, device);
        return this;
    }

    @Override
    public BlockDevice openSource(String path) throws RescueException {
        BlockDevice device = devices.get(path);
        if (device == null) {
            throw new DeviceException("cannot open " + path + ": Input/output error", DeviceException.EIO);
        }
        return new ReadOnlyDevice(new KeptOpen(device));
    }

    @Override
    public BlockDevice openTarget(String path) {
        throw new AssertionError("the inventory opens no targets: " + path);
    }

    /** Writes an MBR with primary partitions of so many sectors, one after the other from sector 2048. */
    static void mbr(MemoryDevice disk, int... sectorCounts) {
        ByteBuffer sector = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        sector.putInt(440, 0x1234ABCD).putShort(510, (short) 0xAA55);
        int start = 2048;
        for (int index = 0; index < sectorCounts.length; index++) {
            int entry = 446 + 16 * index;
            sector.put(entry + 4, (byte) 0x83).putInt(entry + 8, start).putInt(entry + 12, sectorCounts[index]);
            start += sectorCounts[index];
        }
        try {
            disk.write(0, sector);
        } catch (RescueException e) {
            throw new AssertionError(e);
        }
    }

    private String number() {
        return "8:" + nextMinor++;
    }

    /** The disk stays for the next look at it. */
    private static final class KeptOpen extends org.rescuekey.device.ForwardingDevice {
        KeptOpen(BlockDevice inner) {
            super(inner);
        }

        @Override
        public void close() {}
    }
}
