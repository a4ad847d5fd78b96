package org.rescuekey.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.rescuekey.vm.host.Tools;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.machine.MachineSpec;
import org.rescuekey.vm.machine.Qemu;
import org.rescuekey.vm.standin.DataDisk;
import org.rescuekey.vm.standin.StandInBuilder;
import org.rescuekey.vm.standin.StandInPc;
import org.rescuekey.vm.standin.StandInSpec;
import org.rescuekey.vm.stick.Narrator;
import org.rescuekey.vm.stick.Stick;
import org.rescuekey.vm.stick.TextUi;

/**
 * The main job on a stand-in PC, step by step, for the demonstration and the scenarios alike: back up the system
 * disk by the stick's text UI, lose it, restore it, boot it. One thread.
 */
public final class MainJob {
    /**
     * On what machine.
     *
     * @param firmware of the machine; the stand-in is built for it
     * @param medium how the stick is plugged in
     * @param system how the system disk is connected
     * @param memoryMebibytes of the machine
     * @param dataFileSystem of the disk for images
     */
    public record Setup(
            Firmware firmware,
            Drive.Bus medium,
            Drive.Bus system,
            int memoryMebibytes,
            DataDisk.FileSystem dataFileSystem) {
        StandInSpec.Style style() {
            return firmware == Firmware.BIOS ? StandInSpec.Style.BIOS_MBR : StandInSpec.Style.UEFI_GPT;
        }

        String name() {
            return (firmware + "-" + system).toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static final String SYSTEM_SERIAL = "WIN-SSD-7F3A";
    public static final String DATA_SERIAL = "BACKUP-HD-21C8";
    public static final String DATA_LABEL = "BACKUP";
    private static final long DATA_BYTES = 2L << 30;
    private static final Duration OFF_LIMIT = Duration.ofMinutes(10);
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(10);

    private final Stick stick;
    private final Setup setup;
    private final Path folder;
    private final Narrator narrator;
    private final StandInPc pc;
    private final DataDisk data;

    /** Builds the PC and the disk for images in this folder. */
    public MainJob(Stick stick, Setup setup, Path folder, Narrator narrator) throws IOException {
        this.stick = stick;
        this.setup = setup;
        this.folder = Files.createDirectories(folder);
        this.narrator = narrator;
        narrator.step("Building a stand-in Windows PC and a disk for images");
        this.pc = new StandInBuilder(folder).build(StandInSpec.of("pc-" + setup.name(), setup.style()));
        this.data = DataDisk.make(
                folder.resolve("data-" + setup.name() + ".img"), setup.dataFileSystem(), DATA_LABEL, DATA_BYTES);
    }

    public StandInPc pc() {
        return pc;
    }

    public DataDisk data() {
        return data;
    }

    /** The disks as the machine sees them, for whoever starts it in another way. */
    public static Drive[] drives(StandInPc pc, Drive.Bus system, DataDisk data) {
        return new Drive[] {
            Drive.writable("system", pc.disk(), system, SYSTEM_SERIAL),
            Drive.writable("data", data.file(), Drive.Bus.SATA, DATA_SERIAL)
        };
    }

    /** Starts the stick, backs up the system disk, verifies the image, and powers off. */
    public void backUpAndVerify() throws IOException {
        narrator.step("Starting the stick: backing up the system disk, then verifying the image");
        try (Qemu machine = startStick("backup")) {
            TextUi ui = new TextUi(machine.console(), narrator);
            ui.awaitHome();
            machine.screenshot(folder.resolve(setup.name() + "-home.png"));
            ui.backUp(SYSTEM_SERIAL, DATA_LABEL);
            ui.homeFromReport();
            ui.verify(DATA_LABEL);
            ui.powerOffFromReport();
            machine.awaitOff(OFF_LIMIT);
        }
    }

    /** The disaster: everything on the system disk is gone. */
    public void blank() {
        narrator.step("Losing the system disk: every byte of it becomes zero");
        Tools.run("truncate", "-s", 0, pc.disk());
        Tools.run("truncate", "-s", pc.spec().diskBytes(), pc.disk());
    }

    /** Starts the stick, restores the newest image to the system disk, and powers off. */
    public void restore() throws IOException {
        narrator.step("Starting the stick: restoring the image to the empty disk");
        try (Qemu machine = startStick("restore")) {
            TextUi ui = new TextUi(machine.console(), narrator);
            ui.awaitHome();
            ui.restore(DATA_LABEL, SYSTEM_SERIAL);
            ui.powerOffFromReport();
            machine.awaitOff(OFF_LIMIT);
        }
    }

    /** Starts the PC from its own disk; returns the line by which it names itself, or says why it cannot start. */
    public String bootRestored() throws IOException {
        narrator.step("Starting the PC from its restored disk, without the stick");
        String line = boot(pc, setup.firmware(), setup.system(), folder, narrator);
        narrator.step("The restored system says: " + line);
        return line;
    }

    /** Starts a stand-in from its disk, which stays as it is; returns its last line. */
    public static String boot(StandInPc pc, Firmware firmware, Drive.Bus bus, Path logs, Narrator narrator)
            throws IOException {
        // The stand-in's boot program is not signed by Microsoft; Windows's own would be.
        Firmware plain = firmware == Firmware.SECURE_BOOT ? Firmware.UEFI : firmware;
        Drive disk = Drive.snapshot("system", pc.disk(), bus, SYSTEM_SERIAL);
        try (Qemu machine =
                Qemu.start(MachineSpec.of(plain, disk), logs, pc.spec().name() + "-boot")) {
            String line = machine.console().expectLine(0, "STANDIN BOOT-", BOOT_LIMIT);
            narrator.screen("The restored PC", machine.console());
            return line;
        }
    }

    private Qemu startStick(String name) throws IOException {
        MachineSpec spec = stick.machine(setup.firmware(), setup.medium(), drives(pc, setup.system(), data))
                .withMemory(setup.memoryMebibytes());
        return Qemu.start(spec, folder, setup.name() + "-" + name);
    }
}
