package org.rescuekey.vm.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What machine to start. Drives are in the order of the boot.
 *
 * @param window whether its screen is shown in a window
 * @param serialOnTerminal whether the serial line is the terminal this program runs in
 */
public record MachineSpec(
        Firmware firmware,
        int memoryMebibytes,
        List<Drive> drives,
        Optional<DirectKernel> kernel,
        boolean window,
        boolean serialOnTerminal) {
    private static final int MEMORY_MEBIBYTES = 1024;

    public MachineSpec {
        drives = List.copyOf(drives);
    }

    /** A machine without a window whose serial line is a {@code SerialConsole}'s. */
    public static MachineSpec of(Firmware firmware, Drive... drives) {
        return new MachineSpec(firmware, MEMORY_MEBIBYTES, List.of(drives), Optional.empty(), false, false);
    }

    public MachineSpec withMemory(int mebibytes) {
        return new MachineSpec(firmware, mebibytes, drives, kernel, window, serialOnTerminal);
    }

    public MachineSpec withKernel(DirectKernel direct) {
        return new MachineSpec(firmware, memoryMebibytes, drives, Optional.of(direct), window, serialOnTerminal);
    }

    public MachineSpec withDrive(Drive drive) {
        List<Drive> more = new ArrayList<>(drives);
        more.add(drive);
        return new MachineSpec(firmware, memoryMebibytes, more, kernel, window, serialOnTerminal);
    }

    public MachineSpec inWindow() {
        return new MachineSpec(firmware, memoryMebibytes, drives, kernel, true, serialOnTerminal);
    }

    public MachineSpec onTerminal() {
        return new MachineSpec(firmware, memoryMebibytes, drives, kernel, window, true);
    }
}
