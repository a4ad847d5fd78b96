package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;

/** What a person may call a disk. */
class DiskNamesTest {
    private static final long DISK_BYTES = 64L << 20;
    private static final String SATA = "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0";
    private static final String USB = "pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0";

    private final FakeSystem system = new FakeSystem();

    @Test
    void disksAreFoundByPathLinkSerialAndWwn() throws RescueException {
        system.disk("sda", SATA, DISK_BYTES);
        system.partition("sda", "sda1", 1)
                .udev("sda", "ID_SERIAL_SHORT=S5Y1NJ0R", "ID_WWN=0x5002538f4")
                .link("/dev/disk/by-id/ata-S5Y1NJ0R-part1", "../../sda1");
        LinuxInventory inventory = system.inventory();
        assertThat(inventory.resolve("/dev/sda")).isEqualTo("/dev/sda");
        assertThat(inventory.resolve("/dev/disk/by-id/ata-S5Y1NJ0R-part1")).isEqualTo("/dev/sda1");
        assertThat(inventory.resolve("s5y1nj0r")).isEqualTo("/dev/sda");
        assertThat(inventory.resolve("0x5002538F4")).isEqualTo("/dev/sda");
        system.write("/images/disk.img", "");
        assertThat(inventory.resolve("/images/disk.img")).isEqualTo("/images/disk.img");
        assertThatThrownBy(() -> inventory.resolve("/dev/sdz"))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("cannot open /dev/sdz: No such file or directory");
        assertThatThrownBy(() -> inventory.resolve("S5")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> inventory.resolve("")).isInstanceOf(RefusedException.class);
    }

    @Test
    void twoDisksWithOneSerialAreRefusedByName() {
        system.disk("sda", USB, DISK_BYTES);
        system.disk("sdb", USB.replace("2-1", "2-2"), DISK_BYTES);
        system.udev("sda", "ID_SERIAL_SHORT=000000000001").udev("sdb", "ID_SERIAL_SHORT=000000000001");
        assertThatThrownBy(() -> system.inventory().resolve("000000000001"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("/dev/sda, /dev/sdb");
    }
}
