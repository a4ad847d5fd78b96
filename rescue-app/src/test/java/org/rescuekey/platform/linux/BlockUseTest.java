package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Mount;
import org.rescuekey.plan.SourceRules;

/** What of the running system lies on which disk. */
class BlockUseTest {
    private static final long DISK_BYTES = 64L << 20;
    private static final String SATA = "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0";
    private static final String USB = "pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0";

    private final FakeSystem system = new FakeSystem();

    @Test
    void theStickThatBootedIsTheBootMedium() {
        system.disk("sda", SATA, DISK_BYTES);
        system.disk("sdb", USB, DISK_BYTES);
        system.partition("sdb", "sdb1", 1).write("/run/rescuekey/boot-device", "/dev/sdb1");
        Machine machine = system.inventory().snapshot();
        assertThat(machine.disk("/dev/sda").orElseThrow().bootMedium()).isFalse();
        DiskInfo stick = machine.disk("/dev/sdb").orElseThrow();
        assertThat(stick.bus()).isEqualTo("usb");
        assertThat(stick.bootMedium()).isTrue();
        assertThat(stick.inUseReason()).contains("the running system was started from it");
    }

    @Test
    void theBootMediumIsFoundThroughTheLiveSystemsLoopDevice() {
        system.disk("sdb", USB, DISK_BYTES);
        system.partition("sdb", "sdb1", 1)
                .loop("loop0", "/run/live/medium/live/filesystem.squashfs", 1 << 20)
                .mount("sdb1", "/run/live/medium", "vfat", "ro")
                .mount("loop0", "/run/live/rootfs", "squashfs", "ro")
                .mountLine("0:31 / /", "overlay overlay", "rw");
        Machine machine = system.inventory().snapshot();
        assertThat(machine.disks()).allMatch(DiskInfo::bootMedium);
        assertThat(machine.disks()).extracting(DiskInfo::path).containsExactly("/dev/loop0", "/dev/sdb");
    }

    @Test
    void theDiskBelowTheRootFileSystemIsFoundThroughDeviceMapper() {
        system.disk("sda", SATA, DISK_BYTES);
        system.disk("sdb", SATA, DISK_BYTES);
        system.partition("sda", "sda3", 3)
                .holder("dm-0", "sda3")
                .write("/sys/block/dm-0/dm/name", "vg-root")
                .mount("dm-0", "/", "ext4", "rw");
        Machine machine = system.inventory().snapshot();
        assertThat(machine.disks()).extracting(DiskInfo::path).containsExactly("/dev/sda", "/dev/sdb");
        assertThat(machine.disks().get(0).bootMedium()).isTrue();
        assertThat(machine.disks().get(1).bootMedium()).isFalse();
    }

    @Test
    void holdersAndSwapAreUses() {
        FakeSystem.mbr(system.disk("sda", SATA, DISK_BYTES), 2048, 2048);
        system.partition("sda", "sda1", 1)
                .partition("sda", "sda2", 2)
                .holder("dm-1", "sda1")
                .write("/sys/block/dm-1/dm/name", "luks-home")
                .mount("dm-1", "/home", "ext4", "rw")
                .write("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/sda2 partition\t1\t0\t-2");
        DiskInfo disk = onlyDisk();
        assertThat(disk.partitions().get(0).holders()).containsExactly("dm-1 (luks-home, mounted at /home)");
        assertThat(disk.partitions().get(1).holders()).containsExactly("swap");
        assertThat(disk.inUseReason())
                .contains("partition 1 is held by dm-1 (luks-home, mounted at /home); partition 2 is in use as swap");
    }

    @Test
    void aReadOnlyViewOfAWritableVolumeIsNotReadOnly() {
        FakeSystem.mbr(system.disk("sda", SATA, DISK_BYTES), 2048, 2048);
        system.partition("sda", "sda1", 1)
                .partition("sda", "sda2", 2)
                .bind("sda1", "/view", "ro", "rw")
                .mount("sda2", "/still", "ext4", "ro");
        DiskInfo disk = onlyDisk();
        assertThat(disk.partitions().get(0).mounts())
                .containsExactly(new Mount("/dev/sda1", "/view", "ext4", true, false));
        assertThat(SourceRules.whatCouldChange(disk, List.of(0, 1, 2)))
                .isEqualTo("partition 1 is mounted at /view, where it is read-only, but the volume is not");
    }

    @Test
    void aMountedPartitionThatTheTableNoLongerNamesKeepsTheDiskInUse() {
        system.disk("sda", SATA, DISK_BYTES);
        system.partition("sda", "sda1", 1).mount("sda1", "/old", "ext4", "rw");
        assertThat(onlyDisk().inUseReason()).contains("mounted at /old");
    }

    @Test
    void btrfsMountsAreFoundByTheirSourceAndOnAllTheirDevices() {
        system.disk("sda", SATA, DISK_BYTES);
        system.disk("sdb", SATA, DISK_BYTES);
        system.write("/sys/fs/btrfs/4f4d/devices/sda", "")
                .write("/sys/fs/btrfs/4f4d/devices/sdb", "")
                .mountLine("0:45 / /data", "btrfs /dev/sda", "rw");
        Machine machine = system.inventory().snapshot();
        assertThat(machine.disks().get(0).inUseReason()).contains("mounted at /data");
        assertThat(machine.disks().get(1).inUseReason()).contains("held by a mounted Btrfs volume");
    }

    @Test
    void whatAPlaceLiesOnIsNamedDownToTheDisk() {
        system.disk("sda", SATA, DISK_BYTES);
        system.partition("sda", "sda1", 1)
                .loop("loop3", "/srv/disk.img", DISK_BYTES)
                .mount("sda1", "/", "ext4", "rw")
                .mount("loop3", "/mnt/images", "ext4", "rw")
                .write("/mnt/images/set/a", "");
        LinuxInventory inventory = system.inventory();
        assertThat(inventory.below(system.path("/mnt/images/set")))
                .containsExactly("/dev/loop3", "/srv/disk.img", "/dev/sda1", "/dev/sda");
        assertThat(inventory.below(system.path("/mnt/images2/not/yet/there"))).containsExactly("/dev/sda1", "/dev/sda");
    }

    private DiskInfo onlyDisk() {
        Machine machine = system.inventory().snapshot();
        assertThat(machine.disks()).hasSize(1);
        return machine.disks().getFirst();
    }
}
