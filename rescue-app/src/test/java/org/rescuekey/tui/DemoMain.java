package org.rescuekey.tui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.Tty;
import org.rescuekey.tui.model.Size;
import org.rescuekey.tui.view.Look;

/**
 * The real text UI on a real terminal, over disks that do not exist: for the tests through tmux, and for people who want
 * to look at the screens. The arguments are how many milliseconds a twentieth of a step takes, and a file for the number of
 * the process.
 */
final class DemoMain {
    private DemoMain() {}

    public static void main(String[] arguments) throws IOException {
        long millis = arguments.length > 0 ? Long.parseLong(arguments[0]) : 500;
        if (arguments.length > 1) {
            Files.writeString(
                    Path.of(arguments[1]), "" + ProcessHandle.current().pid());
        }
        AtExit atExit = new AtExit();
        try (Tty tty = Tty.open("/dev/tty", atExit)) {
            FakeService service = new FakeService(Clock.systemUTC(), millis * 1_000_000);
            TextUi ui = new TextUi(service, new Line(tty), new Host(), Clock.systemUTC(), Look.of(System.getenv()));
            atExit.register(AtExit.Stage.JOBS, ui::end);
            System.exit(ui.run());
        }
    }

    private record Line(Tty tty) implements TerminalLine {
        @Override
        public int read(byte[] into, int timeoutMillis) throws IOException {
            return tty.awaitInput(timeoutMillis) ? tty.input().read(into) : 0;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            tty.output().write(bytes);
        }

        @Override
        public Optional<Size> size() {
            try {
                return Optional.of(new Size(tty.size().columns(), tty.size().rows()));
            } catch (DeviceException e) {
                return Optional.empty();
            }
        }

        @Override
        public void makeRaw() throws DeviceException {
            tty.enterRaw();
        }

        @Override
        public void restore() throws DeviceException {
            tty.restore();
        }
    }

    private static final class Host implements TuiHost {
        @Override
        public boolean ownsMachine() {
            return false;
        }

        @Override
        public void runShell() throws IOException {
            try {
                ProcessBuilder shell = new ProcessBuilder("/bin/sh").inheritIO();
                shell.environment().put("PS1", "shell> ");
                shell.start().waitFor();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void powerOff() throws IOException {
            throw new IOException("this is a demonstration");
        }

        @Override
        public void reboot() throws IOException {
            throw new IOException("this is a demonstration");
        }
    }
}
