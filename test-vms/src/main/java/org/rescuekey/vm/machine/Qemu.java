package org.rescuekey.vm.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rescuekey.vm.console.SerialConsole;
import org.rescuekey.vm.host.Tools;

/**
 * A running machine: QEMU as a child process, its two serial lines as {@link SerialConsole}s, and what a person
 * does to the box: look at its screen, press keys, pull a disk, pull the plug. Closing ends it. One thread.
 */
public final class Qemu implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final Path OVMF = Path.of("/usr/share/OVMF");

    private final Process process;
    private final Path folder;
    private final Qmp qmp;
    private final SerialConsole console;
    private final SerialConsole secondLine;

    private Qemu(Process process, Path folder, Qmp qmp, SerialConsole console, SerialConsole secondLine) {
        this.process = process;
        this.folder = folder;
        this.qmp = qmp;
        this.console = console;
        this.secondLine = secondLine;
    }

    /** Starts the machine; what comes over its serial lines is also kept in NAME-1.log and NAME-2.log. */
    public static Qemu start(MachineSpec spec, Path folderOfLogs, String name) throws IOException {
        Path folder = Files.createTempDirectory("vm");
        Path messages = folder.resolve("qemu.log");
        List<String> command = command(spec, folder);
        command.add("-S");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        try {
            SerialConsole console = new SerialConsole(
                    connect(folder.resolve("serial-1"), process), folderOfLogs.resolve(name + "-1.log"));
            SerialConsole secondLine = new SerialConsole(
                    connect(folder.resolve("serial-2"), process), folderOfLogs.resolve(name + "-2.log"));
            Qmp qmp = new Qmp(connect(folder.resolve("qmp"), process));
            qmp.execute("cont", Map.of());
            return new Qemu(process, folder, qmp, console, secondLine);
        } catch (IOException e) {
            process.destroyForcibly();
            throw new IOException(
                    "QEMU did not start: " + Files.readString(messages).strip(), e);
        }
    }

    /** Runs a machine whose serial line or window is the user's, until it ends. */
    public static int runForUser(MachineSpec spec) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("vm");
        int status =
                new ProcessBuilder(command(spec, folder)).inheritIO().start().waitFor();
        Tools.run("rm", "-rf", folder);
        return status;
    }

    private static List<String> command(MachineSpec spec, Path folder) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Tools.find("qemu-system-x86_64").toString());
        words.addAll(Accelerator.choose().arguments());
        words.addAll(List.of("-smp", "2", "-m", String.valueOf(spec.memoryMebibytes()), "-nodefaults", "-vga", "std"));
        words.addAll(List.of("-device", "qemu-xhci,id=usb", "-device", "usb-kbd,bus=usb.0"));
        words.addAll(List.of("-nic", "user,restrict=on,model=virtio-net-pci", "-device", "virtio-rng-pci"));
        words.addAll(firmware(spec.firmware(), folder));
        words.addAll(List.of("-display", spec.window() ? "gtk" : "none"));
        words.addAll(spec.serialOnTerminal() ? terminalLine() : socketLines(folder));
        words.addAll(List.of("-qmp", "unix:" + folder.resolve("qmp") + ",server=on,wait=off"));
        spec.kernel()
                .ifPresent(kernel -> words.addAll(List.of(
                        "-kernel",
                        kernel.kernel().toString(),
                        "-initrd",
                        kernel.initialRamDisk().toString(),
                        "-append",
                        kernel.commandLine())));
        int bootIndex = 1;
        for (Drive drive : spec.drives()) {
            words.addAll(List.of("-drive", drive.backend(), "-device", drive.frontend(bootIndex++)));
        }
        return words;
    }

    private static List<String> terminalLine() {
        return List.of(
                "-chardev",
                "stdio,id=line,mux=on,signal=off",
                "-mon",
                "chardev=line,mode=readline",
                "-serial",
                "chardev:line");
    }

    private static List<String> socketLines(Path folder) {
        return List.of(
                "-serial",
                "unix:" + folder.resolve("serial-1") + ",server=on,wait=off",
                "-serial",
                "unix:" + folder.resolve("serial-2") + ",server=on,wait=off");
    }

    private static List<String> firmware(Firmware firmware, Path folder) throws IOException {
        return switch (firmware) {
            case BIOS -> List.of("-machine", "q35");
            case UEFI -> flash("q35", "OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd", folder);
            case SECURE_BOOT -> {
                List<String> words =
                        new ArrayList<>(flash("q35,smm=on", "OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.ms.fd", folder));
                words.addAll(List.of("-global", "driver=cfi.pflash01,property=secure,value=on"));
                yield words;
            }
        };
    }

    /** The firmware's code, and a copy of its empty variables: every start is a first start. */
    private static List<String> flash(String machine, String code, String variables, Path folder) throws IOException {
        Path copy = Files.copy(OVMF.resolve(variables), folder.resolve("variables.fd"));
        return List.of(
                "-machine",
                machine,
                "-drive",
                "if=pflash,format=raw,readonly=on,file=" + OVMF.resolve(code),
                "-drive",
                "if=pflash,format=raw,file=" + copy);
    }

    private static SocketChannel connect(Path path, Process process) throws IOException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                socket.connect(UnixDomainSocketAddress.of(path));
                return socket;
            } catch (SocketException e) {
                socket.close();
                if (System.nanoTime() > end || await(process, Duration.ofMillis(20))) {
                    throw e;
                }
            }
        }
    }

    /** The terminal on the first serial line, which boot loaders and the stick's text UI use. */
    public SerialConsole console() {
        return console;
    }

    /** The terminal on the second serial line, which nothing uses unless it is asked to. */
    public SerialConsole secondLine() {
        return secondLine;
    }

    /** Saves what the machine's screen shows as a PNG file. */
    public void screenshot(Path png) throws IOException {
        Path ppm = folder.resolve("screen.ppm");
        qmp.execute("screendump", Map.of("filename", ppm.toString()));
        Screenshot.toPng(ppm, png);
    }

    /** Presses keys of the keyboard at once, by QEMU's names: {@code press("alt", "f2")}. */
    public void press(String... keys) throws IOException {
        List<Map<String, String>> codes = Arrays.stream(keys)
                .map(key -> Map.of("type", "qcode", "data", key))
                .toList();
        qmp.execute("send-key", Map.of("keys", codes));
    }

    /** Pulls a disk out of the running machine. */
    public void unplug(Drive drive) throws IOException {
        qmp.execute("device_del", Map.of("id", drive.id()));
    }

    /** Plugs a disk into a USB port of the running machine. */
    public void plug(Drive drive) throws IOException {
        qmp.execute(
                "blockdev-add",
                Map.of(
                        "node-name",
                        drive.id() + "-node",
                        "driver",
                        "raw",
                        "file",
                        Map.of("driver", "file", "filename", drive.file().toString())));
        qmp.execute(
                "device_add",
                Map.of(
                        "driver",
                        "usb-storage",
                        "bus",
                        "usb.0",
                        "id",
                        drive.id(),
                        "drive",
                        drive.id() + "-node",
                        "serial",
                        drive.serial()));
    }

    /** Waits until the machine has switched itself off. */
    public void awaitOff(Duration limit) {
        if (!await(process, limit)) {
            throw new IllegalStateException("the machine did not switch itself off within " + limit.toSeconds()
                    + " s; the screen:\n" + String.join("\n", console.lines()));
        }
    }

    /** Pulls the plug: nothing is told to the guest, nor flushed by it. */
    public void cutPower() {
        process.destroyForcibly();
        await(process, END_LIMIT);
    }

    private static boolean await(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                qmp.send("quit", Map.of());
                if (!await(process, END_LIMIT)) {
                    cutPower();
                }
            }
            console.close();
            secondLine.close();
            qmp.close();
        } catch (IOException e) {
            cutPower();
            throw new UncheckedIOException(e);
        }
        Tools.run("rm", "-rf", folder);
    }
}
