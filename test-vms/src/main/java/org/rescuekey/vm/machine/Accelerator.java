package org.rescuekey.vm.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.rescuekey.vm.host.Tools;

/**
 * How guest code is run: by plain emulation unless KVM proves that it runs guest code. That /dev/kvm opens is no
 * proof: nested hosts offer it and guests die, or crawl.
 */
public enum Accelerator {
    /**
     * Nehalem: what a stick of today must still run on, and quicker to emulate than newer processors.
     *
     * <p>One thread of the host runs both processors of the guest in turns. With a thread for each, QEMU 7.2 reads an
     * instruction piece by piece while the other processor may be replacing it: when a better compilation of a method
     * is there, the Java runtime writes a jump over the old one's first instruction with one store of 8 bytes. A real
     * processor sees that whole; the translator took some bytes of each, and the runtime crashed (docs/measurements.md).
     * With turns, no processor is stopped within a store or a translation.
     */
    TCG("tcg,thread=single,tb-size=512", "Nehalem"),
    KVM("kvm", "host");

    /** mov dx,0x501; mov al,0x10; out dx,al; hlt: ends QEMU with status 33 through its exit device. */
    private static final byte[] PROGRAM = {
        (byte) 0xBA, 0x01, 0x05, (byte) 0xB0, 0x10, (byte) 0xEE, (byte) 0xF4, (byte) 0xEB, (byte) 0xFD
    };

    private static final int EXPECTED_STATUS = 33;
    private static final int LIMIT_SECONDS = 5;

    private final String accel;
    private final String cpu;

    Accelerator(String accel, String cpu) {
        this.accel = accel;
        this.cpu = cpu;
    }

    List<String> arguments() {
        return List.of("-accel", accel, "-cpu", cpu);
    }

    /** The accelerator to use: the property {@code vm.accel} (tcg, kvm), or what the probe finds. */
    public static Accelerator choose() throws IOException {
        String wanted = System.getProperty("vm.accel", "auto");
        if (!wanted.equals("auto")) {
            return valueOf(wanted.toUpperCase(Locale.ROOT));
        }
        return Files.isReadable(Path.of("/dev/kvm")) && kvmRunsGuests() ? KVM : TCG;
    }

    private static boolean kvmRunsGuests() throws IOException {
        Path disk = Files.createTempFile("kvm-probe", ".img");
        try {
            byte[] sector = new byte[512];
            System.arraycopy(PROGRAM, 0, sector, 0, PROGRAM.length);
            sector[510] = 0x55;
            sector[511] = (byte) 0xAA;
            Files.write(disk, sector);
            Process probe = new ProcessBuilder(
                            Tools.find("qemu-system-x86_64").toString(),
                            "-accel",
                            "kvm",
                            "-machine",
                            "q35",
                            "-display",
                            "none",
                            "-nodefaults",
                            "-device",
                            "isa-debug-exit,iobase=0x501,iosize=1",
                            "-drive",
                            "format=raw,file=" + disk)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return probe.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == EXPECTED_STATUS;
            } finally {
                probe.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(disk);
        }
    }
}
