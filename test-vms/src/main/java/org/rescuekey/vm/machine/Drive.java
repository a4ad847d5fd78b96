package org.rescuekey.vm.machine;

import java.nio.file.Path;

/**
 * A disk of a machine.
 *
 * @param id its name in QEMU, by which it is unplugged
 * @param serial what the guest sees as serial number
 * @param access whether what the guest writes stays in the file
 */
public record Drive(String id, Path file, Bus bus, String serial, Access access) {
    /** How the disk is connected. */
    public enum Bus {
        SATA,
        NVME,
        VIRTIO,
        USB,
        USB_STICK,
        CD
    }

    /** What happens to the guest's writes. */
    public enum Access {
        WRITABLE,
        /** They are lost when the machine ends. */
        SNAPSHOT
    }

    public static Drive writable(String id, Path file, Bus bus, String serial) {
        return new Drive(id, file, bus, serial, Access.WRITABLE);
    }

    public static Drive snapshot(String id, Path file, Bus bus, String serial) {
        return new Drive(id, file, bus, serial, Access.SNAPSHOT);
    }

    /** The boot medium, as a USB stick or as a CD. */
    public static Drive medium(Path iso, Bus bus) {
        return new Drive("medium", iso, bus, "RESCUESTICK", Access.SNAPSHOT);
    }

    String backend() {
        return "if=none,id=%s-file,format=raw,cache=unsafe,file=%s%s%s"
                .formatted(
                        id,
                        file.toString().replace(",", ",,"),
                        access == Access.SNAPSHOT && bus != Bus.CD ? ",snapshot=on" : "",
                        bus == Bus.CD ? ",media=cdrom,readonly=on" : ",discard=unmap");
    }

    /**
     * The device as the guest sees it; the medium comes first in the boot order. Each SATA port takes one device, and QEMU
     * does not look for a free one by itself.
     */
    String frontend(int bootIndex) {
        int port = bootIndex - 1;
        String common = "id=%s,drive=%s-file,bootindex=%d".formatted(id, id, bootIndex);
        return switch (bus) {
            case SATA -> "ide-hd,bus=ide.%d,%s,serial=%s".formatted(port, common, serial);
            case NVME -> "nvme,%s,serial=%s".formatted(common, serial);
            case VIRTIO -> "virtio-blk-pci,%s,serial=%s".formatted(common, serial);
            case USB -> "usb-storage,bus=usb.0,%s,serial=%s".formatted(common, serial);
            case USB_STICK -> "usb-storage,bus=usb.0,removable=on,%s,serial=%s".formatted(common, serial);
            case CD -> "ide-cd,bus=ide.%d,%s".formatted(port, common);
        };
    }
}
