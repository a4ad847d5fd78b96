package org.rescuekey.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rescuekey.platform.linux.Power;
import org.rescuekey.tui.TuiHost;

/** The system below the text UI: its shell and its power. */
final class LocalHost implements TuiHost {
    /** The stick's start-up leaves this file; on any other system it is missing. */
    private static final Path BOOT_DEVICE = Path.of("/run/rescuekey/boot-device");

    private final Power power = new Power();

    @Override
    public boolean ownsMachine() {
        return Files.exists(BOOT_DEVICE);
    }

    @Override
    public void runShell() throws IOException {
        String shell = Optional.ofNullable(System.getenv("SHELL")).orElse("/bin/bash");
        System.out.println("\nA shell. Type exit to return to Rescue Key.\n");
        System.out.flush();
        try {
            new ProcessBuilder(shell).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void powerOff() throws IOException {
        power.off();
    }

    @Override
    public void reboot() throws IOException {
        power.restart();
    }
}
