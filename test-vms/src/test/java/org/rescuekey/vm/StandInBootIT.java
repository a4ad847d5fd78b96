package org.rescuekey.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.rescuekey.vm.host.Tools;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.machine.MachineSpec;
import org.rescuekey.vm.machine.Qemu;
import org.rescuekey.vm.standin.DiskChecks;
import org.rescuekey.vm.standin.Layout;
import org.rescuekey.vm.standin.StandInBuilder;
import org.rescuekey.vm.standin.StandInPc;
import org.rescuekey.vm.standin.StandInSpec;

/** The stand-in itself: it boots when everything is right, and names what is wrong when it is not. */
class StandInBootIT {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Path FOLDER = Path.of("target/vm");
    private static final int HIDDEN_SECTORS = 0x1C;
    private static final int DISK_SIGNATURE = 0x1B8;

    @FunctionalInterface
    interface Damage {
        void doTo(Path disk) throws IOException;
    }

    private static StandInPc build(String name, StandInSpec.Style style) throws IOException {
        return new StandInBuilder(FOLDER)
                .build(StandInSpec.of(name, style).withDiskBytes(1L << 30).withFileCount(200));
    }

    /** Boots a copy of the disk after something was done to it; returns the line it ends with. */
    private static String boot(StandInPc pc, Firmware firmware, Drive.Bus bus, Damage damage) throws IOException {
        Path copy = FOLDER.resolve("damaged.img");
        Tools.run("cp", "--sparse=always", pc.disk(), copy);
        damage.doTo(copy);
        Drive drive = Drive.snapshot("system", copy, bus, "SYSTEM01");
        try (Qemu machine = Qemu.start(MachineSpec.of(firmware, drive), FOLDER, "stand-in")) {
            return machine.console().expectLine(0, "STANDIN BOOT-", LIMIT);
        } finally {
            Files.delete(copy);
        }
    }

    private static void put32(Path disk, long offsetBytes, int value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek(offsetBytes);
            file.writeInt(Integer.reverseBytes(value));
        }
    }

    private static void hiddenSectors(Path disk, Layout.Partition partition, long value) throws IOException {
        put32(disk, partition.startBytes() + HIDDEN_SECTORS, (int) value);
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Uefi {
        private StandInPc pc;

        @BeforeAll
        void build() throws IOException {
            pc = StandInBootIT.build("standin-uefi-small", StandInSpec.Style.UEFI_GPT);
        }

        @Test
        void isWholeByTheHostsCheckers() throws IOException {
            assertThat(new DiskChecks(FOLDER).problems(pc.disk(), pc)).isEmpty();
        }

        @Test
        void bootsFromSata() throws IOException {
            assertThat(boot(pc, Firmware.UEFI, Drive.Bus.SATA, disk -> {})).startsWith(pc.proof());
        }

        @Test
        void bootsFromNvme() throws IOException {
            assertThat(boot(pc, Firmware.UEFI, Drive.Bus.NVME, disk -> {})).startsWith(pc.proof());
        }

        @Test
        void failsWhenThePartitionHasAnotherGuid() throws IOException {
            assertThat(boot(pc, Firmware.UEFI, Drive.Bus.VIRTIO, disk -> Tools.run("sgdisk", "-u", "3:R", disk)))
                    .isEqualTo("STANDIN BOOT-FAIL 0xc000000e no partition has the GUID the BCD names");
        }

        @Test
        void failsWhenTheDiskHasAnotherGuid() throws IOException {
            assertThat(boot(pc, Firmware.UEFI, Drive.Bus.VIRTIO, disk -> Tools.run("sgdisk", "-U", "R", disk)))
                    .isEqualTo("STANDIN BOOT-FAIL 0xc000000e no disk has the GUID the BCD names");
        }

        @Test
        void failsWhenHiddenSectorsAreWrong() throws IOException {
            assertThat(boot(
                            pc,
                            Firmware.UEFI,
                            Drive.Bus.VIRTIO,
                            disk -> hiddenSectors(disk, pc.layout().partition(Layout.Role.WINDOWS), 63)))
                    .isEqualTo("STANDIN BOOT-FAIL C: hidden sectors differ from the partition's start");
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Bios {
        private StandInPc pc;

        @BeforeAll
        void build() throws IOException {
            pc = StandInBootIT.build("standin-bios-small", StandInSpec.Style.BIOS_MBR);
        }

        @Test
        void isWholeByTheHostsCheckers() throws IOException {
            assertThat(new DiskChecks(FOLDER).problems(pc.disk(), pc)).isEmpty();
        }

        @Test
        void bootsFromSata() throws IOException {
            assertThat(boot(pc, Firmware.BIOS, Drive.Bus.SATA, disk -> {})).startsWith(pc.proof());
        }

        @Test
        void failsWhenHiddenSectorsOfTheActivePartitionAreWrong() throws IOException {
            assertThat(boot(
                            pc,
                            Firmware.BIOS,
                            Drive.Bus.SATA,
                            disk -> hiddenSectors(disk, pc.layout().partition(Layout.Role.BOOT), 63)))
                    .isEqualTo("STANDIN BOOT-FAIL A disk read error occurred");
        }

        @Test
        void failsWhenHiddenSectorsOfWindowsAreWrong() throws IOException {
            assertThat(boot(
                            pc,
                            Firmware.BIOS,
                            Drive.Bus.SATA,
                            disk -> hiddenSectors(disk, pc.layout().partition(Layout.Role.WINDOWS), 63)))
                    .isEqualTo("STANDIN BOOT-FAIL C: hidden sectors differ from the partition's start");
        }

        @Test
        void failsWhenTheDiskHasAnotherSignature() throws IOException {
            assertThat(boot(pc, Firmware.BIOS, Drive.Bus.SATA, disk -> put32(disk, DISK_SIGNATURE, 0x12345678)))
                    .isEqualTo("STANDIN BOOT-FAIL 0xc000000e no disk has the signature the BCD names");
        }

        @Test
        void failsWhenNoPartitionIsActive() throws IOException {
            assertThat(boot(
                            pc,
                            Firmware.BIOS,
                            Drive.Bus.SATA,
                            disk -> Tools.run("sfdisk", "--quiet", "--activate", disk, "-")))
                    .isEqualTo("STANDIN BOOT-FAIL No active partition");
        }
    }
}
