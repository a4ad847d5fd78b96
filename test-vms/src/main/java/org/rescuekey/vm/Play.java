package org.rescuekey.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.machine.MachineSpec;
import org.rescuekey.vm.machine.Qemu;
import org.rescuekey.vm.standin.DataDisk;
import org.rescuekey.vm.stick.Narrator;
import org.rescuekey.vm.stick.Stick;

/**
 * The stick in a virtual machine for a person to play with: a stand-in Windows PC's disk and a disk for images are
 * attached, and its screen is this terminal (the serial line), or a window with {@code --window}.
 */
public final class Play {
    private Play() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = List.of(arguments);
        int iso = words.indexOf("--iso");
        Stick stick = iso >= 0 && iso + 1 < words.size() ? new Stick(Path.of(words.get(iso + 1))) : Stick.ofBuild();
        Path folder = Files.createDirectories(Path.of("test-vms/target/play"));
        MainJob.Setup setup =
                new MainJob.Setup(Firmware.UEFI, Drive.Bus.USB_STICK, Drive.Bus.NVME, 1024, DataDisk.FileSystem.NTFS);
        System.out.println("Building the disks of the machine ...");
        MainJob job = new MainJob(stick, setup, folder, Narrator.SILENT);
        MachineSpec spec =
                stick.machine(setup.firmware(), setup.medium(), MainJob.drives(job.pc(), setup.system(), job.data()));
        boolean window = words.contains("--window");
        System.out.println(
                window
                        ? "The machine opens in a window; closing the window ends it."
                        : "The machine's serial line is this terminal. Ctrl-A X ends the machine.");
        System.exit(Qemu.runForUser(window ? spec.inWindow() : spec.onTerminal()));
    }
}
