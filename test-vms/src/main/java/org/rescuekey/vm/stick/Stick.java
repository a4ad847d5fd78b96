package org.rescuekey.vm.stick;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rescuekey.vm.machine.DirectKernel;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.machine.MachineSpec;

/**
 * The rescue stick's image and the files beside it. Immutable.
 *
 * @param iso the image
 */
public record Stick(Path iso) {
    /** Where the build leaves the image, seen from the top of the project or from one of its modules. */
    public static Stick ofBuild() {
        Path iso = Path.of(System.getProperty("vm.iso", "live-image/target/rescuekey.iso"));
        return new Stick(Files.exists(iso) ? iso : Path.of("..").resolve(iso).normalize());
    }

    public Stick {
        if (!Files.isRegularFile(iso)) {
            throw new IllegalArgumentException(
                    "There is no image of the stick at " + iso + ": './rescuekey build' makes it.");
        }
    }

    /** A machine that starts from the stick as a person starts it: firmware, boot loader, menu. */
    public MachineSpec machine(Firmware firmware, Drive.Bus bus, Drive... disks) {
        MachineSpec spec = MachineSpec.of(firmware, Drive.medium(iso, bus));
        for (Drive disk : disks) {
            spec = spec.withDrive(disk);
        }
        return spec;
    }

    /** The same stick with its kernel started by QEMU, and a shell on the second serial line. */
    public MachineSpec machineWithShell(Drive... disks) throws IOException {
        String commandLine = Files.readString(beside("cmdline")).strip() + " systemd.wants=rescue-shell@ttyS1.service";
        return machine(Firmware.BIOS, Drive.Bus.USB_STICK, disks)
                .withKernel(new DirectKernel(beside("vmlinuz"), beside("initrd.img"), commandLine));
    }

    private Path beside(String name) {
        return iso.resolveSibling(name);
    }
}
