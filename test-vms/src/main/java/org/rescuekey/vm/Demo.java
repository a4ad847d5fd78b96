package org.rescuekey.vm;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.rescuekey.vm.console.SerialConsole;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.standin.DataDisk;
import org.rescuekey.vm.standin.Manifest;
import org.rescuekey.vm.stick.Narrator;
import org.rescuekey.vm.stick.Stick;

/**
 * The demonstration: the main job from end to end in virtual machines, visibly. Prints each step in plain words
 * and the stick's screen at each stage, and ends with the proof and with how to write the stick.
 */
public final class Demo {
    private Demo() {}

    public static void main(String[] arguments) throws IOException {
        Stick stick = arguments.length == 2 && arguments[0].equals("--iso")
                ? new Stick(Path.of(arguments[1]))
                : Stick.ofBuild();
        System.exit(run(stick, System.out));
    }

    private static int run(Stick stick, PrintStream out) throws IOException {
        Path folder = Path.of("test-vms/target/demo");
        MainJob.Setup setup =
                new MainJob.Setup(Firmware.UEFI, Drive.Bus.USB_STICK, Drive.Bus.NVME, 1024, DataDisk.FileSystem.NTFS);
        Narrator narrator = new Printer(out, System.nanoTime());
        MainJob job = new MainJob(stick, setup, folder, narrator);
        String before = Manifest.hash(job.pc().disk());
        job.backUpAndVerify();
        if (!before.equals(Manifest.hash(job.pc().disk()))) {
            out.println("FAILED: the source disk was changed by backing it up.");
            return 1;
        }
        narrator.step("The source disk is unchanged: SHA-256 " + before);
        job.blank();
        job.restore();
        if (!job.bootRestored().startsWith(job.pc().proof())) {
            out.println("FAILED: the restored system did not prove itself.");
            return 1;
        }
        farewell(stick, folder, out);
        return 0;
    }

    private static void farewell(Stick stick, Path folder, PrintStream out) {
        Path iso = stick.iso().toAbsolutePath().normalize();
        out.printf("""

                Done: the lost disk was restored from its image, and the system on it started and named itself.

                  The stick's image:   %s
                  Write it to a stick: ./rescuekey write-stick /dev/sdX     (refuses a disk that is in use)
                                       or: dd if=%s of=/dev/sdX bs=4M oflag=direct conv=fsync
                  Play with it:        ./rescuekey run                      (add --window for a window)
                  The disks, logs and a screenshot of this run: %s
                """, iso, iso, folder.toAbsolutePath().normalize());
    }

    /** Prints steps with the time since the start, and screens in a frame. */
    private record Printer(PrintStream out, long startNanos) implements Narrator {
        @Override
        public void step(String words) {
            Duration since = Duration.ofNanos(System.nanoTime() - startNanos);
            out.printf("%n[%d:%02d] %s%n", since.toMinutes(), since.toSecondsPart(), words);
        }

        @Override
        public void screen(String caption, SerialConsole console) {
            out.printf("%n    .-- %s %s.%n", caption, "-".repeat(Math.max(1, 77 - caption.length())));
            boolean terminal = Optional.ofNullable(System.console())
                    .map(Console::isTerminal)
                    .orElse(false);
            boolean colours = terminal && System.getenv("NO_COLOR") == null;
            (colours ? console.colouredLines() : console.lines()).forEach(line -> out.println("    | " + line));
            out.printf("    '%s'%n", "-".repeat(82));
        }
    }
}
