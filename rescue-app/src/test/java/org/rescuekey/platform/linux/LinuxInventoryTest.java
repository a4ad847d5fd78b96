package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Mount;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.inventory.TableHash;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.units.SectorSize;

class LinuxInventoryTest {
    private static final long DISK_BYTES = 64L << 20;
    private static final String SATA = "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0";
    private static final String USB = "pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0";

    private final FakeSystem system = new FakeSystem();

    @Test
    void aSataDiskIsKnownThroughUdev() {
        system.disk("sda", SATA, DISK_BYTES);
        system.udev(
                "sda",
                "ID_MODEL=Samsung_SSD_870_EVO_500GB",
                "ID_MODEL_ENC=Samsung\\x20SSD\\x20870\\x20EVO\\x20500GB\\x20\\x20",
                "ID_SERIAL_SHORT=S5Y1NJ0R",
                "ID_WWN=0x5002538f4",
                "ID_WWN_WITH_EXTENSION=0x5002538f41234567");
        DiskInfo disk = onlyDisk();
        assertThat(disk.model()).isEqualTo("Samsung SSD 870 EVO 500GB");
        assertThat(disk.serial()).isEqualTo("S5Y1NJ0R");
        assertThat(disk.wwn()).isEqualTo("0x5002538f41234567");
        assertThat(disk.bus()).isEqualTo("sata");
        assertThat(disk.sizeBytes()).isEqualTo(DISK_BYTES);
        assertThat(disk.logicalSector()).isEqualTo(SectorSize.SECTOR_512);
        assertThat(disk.physicalSector()).isEqualTo(SectorSize.SECTOR_4096);
        assertThat(disk.rotational()).isTrue();
        assertThat(disk.bootMedium()).isFalse();
        assertThat(disk.inUseReason()).isEmpty();
        assertThat(disk.findings()).containsExactly("The disk has no partition table.");
        assertThat(disk.label()).isEqualTo("Samsung SSD 870 EVO 500GB, 67.1 MB, serial S5Y1NJ0R");
        assertThat(disk.identityText())
                .startsWith("serial S5Y1NJ0R, WWN 0x5002538f41234567, 67,108,864 bytes, sectors of 512, table ");
    }

    @Test
    void withoutUdevSysfsTells() {
        system.disk("sda", SATA, DISK_BYTES);
        system.write("/sys/block/sda/device/vendor", "ATA     ")
                .write("/sys/block/sda/device/model", "WDC WD10EZEX-08W")
                .write("/sys/block/sda/device/wwid", "naa.50014ee2b1234567")
                .writeBytes(
                        "/sys/block/sda/device/vpd_pg80", "\0\200\0\10WD-WCC6Y".getBytes(StandardCharsets.ISO_8859_1));
        DiskInfo disk = onlyDisk();
        assertThat(disk.model()).isEqualTo("WDC WD10EZEX-08W");
        assertThat(disk.serial()).isEqualTo("WD-WCC6Y");
        assertThat(disk.wwn()).isEqualTo("0x50014ee2b1234567");
    }

    @Test
    void whatADeviceSaysOfItselfIsNoCommandToTheTerminal() {
        system.disk("sda", USB, DISK_BYTES);
        system.udev("sda", "ID_MODEL_ENC=Evil\\x1b[2J", "ID_SERIAL_SHORT=A\u001b]0;x\u0007\u202eB");
        assertThat(onlyDisk().model()).isEqualTo("Evil?[2J");
        assertThat(onlyDisk().serial()).isEqualTo("A?]0;x??B");
    }

    @Test
    void aVolumeOnTheWholeDiskIsNotTakenForATable() throws RescueException {
        MemoryDevice disk = system.disk("sda", USB, DISK_BYTES);
        FakeSystem.mbr(disk);
        ByteBuffer swap = ByteBuffer.allocate(4096 - 1024).order(ByteOrder.LITTLE_ENDIAN);
        swap.putInt(1).putInt((int) (DISK_BYTES / 4096 - 1)).position(3062);
        swap.put("SWAPSPACE2".getBytes(StandardCharsets.US_ASCII));
        disk.write(1024, swap.flip());
        DiskInfo found = onlyDisk();
        assertThat(found.wholeDiskVolume().orElseThrow().type()).isEqualTo(FileSystemType.SWAP);
        assertThat(found.tableKind()).isEmpty();
        assertThat(found.partitions()).isEmpty();
        PartitionTable asTheEngineReadsIt = PartitionTables.read(disk).table().orElseThrow();
        assertThat(asTheEngineReadsIt.partitions()).isEmpty();
        assertThat(found.tableSha256()).isEqualTo(TableHash.of(disk, asTheEngineReadsIt.tableExtents()));
    }

    @Test
    void anNvmeDiskHasItsPartitionsWithTheirMounts() {
        FakeSystem.mbr(system.disk("nvme0n1", "pci0000:00/0000:01:00.0/nvme/nvme0", DISK_BYTES), 2048, 4096);
        system.write("/sys/block/nvme0n1/device/model", "WD_BLACK SN850X 1000GB")
                .write("/sys/block/nvme0n1/device/serial", "23180X  ")
                .write("/sys/block/nvme0n1/wwid", "eui.e8238fa6bf530001")
                .partition("nvme0n1", "nvme0n1p1", 1)
                .partition("nvme0n1", "nvme0n1p2", 2)
                .mount("nvme0n1p2", "/mnt/my\\040files", "ext4", "ro");
        DiskInfo disk = onlyDisk();
        assertThat(disk.bus()).isEqualTo("nvme");
        assertThat(disk.model()).isEqualTo("WD_BLACK SN850X 1000GB");
        assertThat(disk.serial()).isEqualTo("23180X");
        assertThat(disk.wwn()).isEqualTo("eui.e8238fa6bf530001");
        assertThat(disk.tableKind()).contains("mbr");
        assertThat(disk.diskIdentity()).containsIgnoringCase("1234ABCD");
        assertThat(disk.partitions()).extracting(PartitionInfo::number).containsExactly(1, 2);
        assertThat(disk.partitions())
                .extracting(PartitionInfo::path)
                .containsExactly("/dev/nvme0n1p1", "/dev/nvme0n1p2");
        assertThat(disk.partitions().get(1).partition().extent().start()).isEqualTo(4096 * 512);
        assertThat(disk.partitions().get(0).mounts()).isEmpty();
        assertThat(disk.partitions().get(1).mounts())
                .containsExactly(new Mount("/dev/nvme0n1p2", "/mnt/my files", "ext4", true));
        assertThat(disk.inUseReason()).contains("partition 2 is mounted at /mnt/my files");
    }

    @Test
    void whatIsNoDiskIsNotShown() {
        system.disk("sr0", SATA, DISK_BYTES);
        system.disk("zram0", "virtual", DISK_BYTES);
        system.disk("ram0", "virtual", DISK_BYTES);
        system.disk("fd0", "platform/floppy.0", 1_474_560);
        system.disk("mmcblk0boot0", "platform/mmc/mmc0:0001", 4 << 20);
        system.disk("nvme1c0n1", "virtual/nvme", DISK_BYTES);
        system.write("/sys/block/nvme1c0n1/hidden", "1");
        system.write("/sys/block/loop7/size", "0");
        system.disk("mmcblk0", "platform/mmc/mmc0:0001", DISK_BYTES);
        system.write("/sys/block/mmcblk0/device/name", "SD32G").write("/sys/block/mmcblk0/device/serial", "0x1a2b3c4d");
        DiskInfo card = onlyDisk();
        assertThat(card.path()).isEqualTo("/dev/mmcblk0");
        assertThat(card.bus()).isEqualTo("mmc");
        assertThat(card.label()).isEqualTo("SD32G, 67.1 MB, serial 0x1a2b3c4d");
    }

    @Test
    void aLoopDeviceIsShownWithItsFile() {
        system.loop("loop0", "/srv/disk.img", DISK_BYTES);
        DiskInfo loop = onlyDisk();
        assertThat(loop.bus()).isEqualTo("loop");
        assertThat(loop.model()).isEqualTo("loop device of /srv/disk.img");
    }

    @Test
    void aDiskThatCannotBeOpenedIsAFindingOnThatDiskAlone() {
        system.disk("sda", SATA, DISK_BYTES);
        FakeSystem.mbr(system.disk("sdb", SATA, DISK_BYTES), 2048);
        system.device("/dev/sda", new BrokenDevice());
        Machine machine = system.inventory().snapshot();
        DiskInfo broken = machine.disk("/dev/sda").orElseThrow();
        assertThat(broken.sizeBytes()).isEqualTo(DISK_BYTES);
        assertThat(broken.fingerprint().tableSha256()).isEmpty();
        assertThat(broken.findings()).anyMatch(finding -> finding.contains("broken on purpose"));
        assertThat(machine.disk("/dev/sdb").orElseThrow().partitions()).hasSize(1);
    }

    @Test
    void aDiskThatHangsIsAFindingAndItsMountsStillCount() {
        CountDownLatch never = new CountDownLatch(1);
        system.disk("sda", SATA, DISK_BYTES);
        system.partition("sda", "sda1", 1).mount("sda1", "/slow", "ext4", "rw");
        system.device("/dev/sda", new ForwardingDevice(new MemoryDevice(DISK_BYTES, SectorSize.SECTOR_512)) {
            @Override
            public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new DeviceException("interrupted", DeviceException.EIO, e);
                }
            }
        });
        DiskInfo disk =
                system.inventory(Duration.ofMillis(50)).snapshot().disks().getFirst();
        never.countDown();
        assertThat(disk.findings()).singleElement().asString().startsWith("It did not answer within ");
        assertThat(disk.inUseReason()).contains("mounted at /slow");
    }

    @Test
    void theFirmwareAndTheMachineAreTold() {
        system.write("/sys/class/dmi/id/sys_vendor", "LENOVO")
                .write("/sys/class/dmi/id/product_name", "20XW0026GE")
                .write("/sys/class/dmi/id/product_version", "ThinkPad X1 Carbon Gen 9")
                .write("/proc/meminfo", "MemTotal:       16231012 kB\nMemFree: 1 kB")
                .writeBytes(
                        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                        new byte[] {6, 0, 0, 0, 1});
        Machine machine = system.inventory().snapshot();
        assertThat(machine.model()).isEqualTo("LENOVO ThinkPad X1 Carbon Gen 9");
        assertThat(machine.firmware()).isEqualTo("UEFI");
        assertThat(machine.secureBoot()).isTrue();
        assertThat(machine.memoryBytes()).isEqualTo(16_231_012L * 1024);
    }

    @Test
    void aBiosMachineThatSaysNothingIsShownAsSuch() {
        system.write("/sys/class/dmi/id/sys_vendor", "To Be Filled By O.E.M.");
        Machine machine = system.inventory().snapshot();
        assertThat(machine).isEqualTo(new Machine("", "BIOS", false, 0, java.util.List.of()));
    }

    @Test
    void twoDisksOfOneModelAreToldApartByTheirFingerprints() {
        FakeSystem.mbr(system.disk("sda", SATA, DISK_BYTES), 2048);
        FakeSystem.mbr(system.disk("sdb", SATA.replace("ata1", "ata2"), DISK_BYTES), 4096);
        system.udev("sda", "ID_MODEL=Twin", "ID_SERIAL_SHORT=A").udev("sdb", "ID_MODEL=Twin", "ID_SERIAL_SHORT=B");
        Machine machine = system.inventory().snapshot();
        DiskInfo first = machine.disks().get(0);
        DiskInfo second = machine.disks().get(1);
        assertThat(first.fingerprint().differencesTo(second.fingerprint()))
                .hasSize(2)
                .anyMatch(text -> text.equals("serial was A, is B"))
                .anyMatch(text -> text.startsWith("partition table was "));
        assertThat(system.inventory().snapshot().disks().get(0).fingerprint()).isEqualTo(first.fingerprint());
    }

    @Test
    void aPartitionOnItsOwnNamesItsDisk() throws RescueException {
        FakeSystem.mbr(system.disk("sda", SATA, DISK_BYTES), 2048);
        system.partition("sda", "sda1", 1)
                .udev("sda", "ID_MODEL=Twin", "ID_SERIAL_SHORT=A")
                .device("/dev/sda1", new MemoryDevice(1 << 20, SectorSize.SECTOR_512))
                .mount("sda1", "/mnt", "ext4", "rw");
        DiskInfo partition = system.inventory().describe("/dev/sda1");
        assertThat(partition.model()).isEqualTo("partition 1 of Twin");
        assertThat(partition.serial()).isEqualTo("A-part1");
        assertThat(partition.sizeBytes()).isEqualTo(1 << 20);
        assertThat(partition.wholeDiskVolume()).isPresent();
        assertThat(partition.inUseReason()).contains("mounted at /mnt");
    }

    @Test
    void aDiskFileIsDescribedWithTheLoopDeviceThatShowsIt() throws RescueException {
        MemoryDevice content = new MemoryDevice("/srv/disk.img", DISK_BYTES, SectorSize.SECTOR_512);
        FakeSystem.mbr(content, 2048, 2048);
        system.write("/srv/disk.img", "")
                .device("/srv/disk.img", content)
                .loop("loop3", "/srv/disk.img", DISK_BYTES)
                .mount("loop3", "/mnt", "ext4", "rw");
        DiskInfo file = system.inventory().describe("/srv/disk.img");
        assertThat(file.bus()).isEqualTo("file");
        assertThat(file.partitions()).extracting(PartitionInfo::path).containsExactly("", "");
        assertThat(file.inUseReason()).contains("held by loop3 (mounted at /mnt)");
        assertThat(file.label()).isEqualTo("/srv/disk.img, 67.1 MB");
    }

    private DiskInfo onlyDisk() {
        Machine machine = system.inventory().snapshot();
        assertThat(machine.disks()).hasSize(1);
        return machine.disks().getFirst();
    }

    private static final class BrokenDevice extends ForwardingDevice {
        BrokenDevice() {
            super(new MemoryDevice(DISK_BYTES, SectorSize.SECTOR_512));
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            throw new DeviceException("broken on purpose", DeviceException.EIO);
        }
    }
}
