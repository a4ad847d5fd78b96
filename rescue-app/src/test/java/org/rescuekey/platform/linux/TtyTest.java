package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.error.DeviceException;

/** On a pseudo terminal; stty tells what the kernel thinks of it. */
class TtyTest {
    private static final long TIOCSWINSZ = 0x5414;
    private static final long TIOCSTI = 0x5412;
    private static final long TIOCGPTN = 0x80045430L;
    private static final long TIOCSPTLCK = 0x40045431L;

    private final NativeFile master;
    private final String path;

    TtyTest() throws DeviceException {
        master = NativeFile.open("/dev/ptmx", Abi.O_RDWR | Abi.O_NOCTTY);
        path = "/dev/pts/" + master.ioctlGet("number", TIOCGPTN, Integer.BYTES);
    }

    @BeforeEach
    void unlock() throws DeviceException {
        master.ioctlSet("unlock", TIOCSPTLCK, 0);
    }

    @AfterEach
    void close() throws DeviceException {
        master.close();
    }

    @Test
    void theSizeFollowsTheTerminal() throws IOException {
        try (Tty tty = Tty.open(path, new AtExit())) {
            assertThat(tty.size()).isEqualTo(new Tty.Size(80, 24));
            resize(132, 50);
            assertThat(tty.size()).isEqualTo(new Tty.Size(132, 50));
            resize(0, 50);
            assertThat(tty.size()).isEqualTo(Tty.FALLBACK_SIZE);
            assertThat(tty.isSerial()).isFalse();
        }
    }

    @Test
    void rawInputIsRestored() throws IOException {
        try (Tty tty = Tty.open(path, new AtExit())) {
            String before = Shell.run("stty", "--file=" + path, "--save");
            tty.enterRaw();
            tty.enterRaw();
            assertThat(Shell.run("stty", "--file=" + path, "--all").replaceAll("\\s+", " "))
                    .contains("-icanon", "-echo ", "-isig", "-ixon", "-iexten", " icrnl", " opost", "min = 1");
            tty.restore();
            assertThat(Shell.run("stty", "--file=" + path, "--save")).isEqualTo(before);
        }
    }

    @Test
    void closingRestoresToo() throws IOException {
        try (Tty _ = Tty.open(path, new AtExit())) { // keeps the terminal from being reset by its last close
            String before = Shell.run("stty", "--file=" + path, "--save");
            Tty tty = Tty.open(path, new AtExit());
            tty.enterRaw();
            assertThat(Shell.run("stty", "--file=" + path, "--save")).isNotEqualTo(before);
            tty.close();
            assertThat(Shell.run("stty", "--file=" + path, "--save")).isEqualTo(before);
        }
    }

    @Test
    void aProgramThatEndsWithoutAWordLeavesTheTerminalAsItWas() throws IOException {
        try (Tty _ = Tty.open(path, new AtExit())) {
            String before = Shell.run("stty", "--file=" + path, "--save");
            assertThat(ChildJvm.run(ExitInRawMode.class, path)).isEqualTo("raw");
            assertThat(Shell.run("stty", "--file=" + path, "--save")).isEqualTo(before);
        }
    }

    @Test
    void eachKeyArrivesAtOnce() throws IOException {
        try (Tty tty = Tty.open(path, new AtExit())) {
            tty.enterRaw();
            try (NativeFile other = NativeFile.open(path, Abi.O_RDWR | Abi.O_NOCTTY)) {
                typeKeys(other, "q\3");
                assertThat(tty.input().readNBytes(2)).containsExactly('q', 3);
            }
        }
    }

    @Test
    void whatIsNoTerminalIsSaid(@TempDir Path folder) {
        assertThatThrownBy(() -> Tty.open("/dev/null", new AtExit()))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("/dev/null: Inappropriate ioctl for device");
        assertThatThrownBy(() -> Tty.open(folder.resolve("none").toString(), new AtExit()))
                .hasMessageContaining("No such file or directory");
    }

    @Test
    void serialLinesAreKnownByTheirNumbers() {
        assertThat(SerialLines.contains((4 << 8) | 64)).as("ttyS0").isTrue();
        assertThat(SerialLines.contains(188 << 8)).as("ttyUSB0").isTrue();
        assertThat(SerialLines.contains(229 << 8)).as("hvc0").isTrue();
        assertThat(SerialLines.contains((4 << 8) | 1)).as("tty1").isFalse();
        assertThat(SerialLines.contains((136 << 8) | 3)).as("pts/3").isFalse();
    }

    private void resize(int columns, int rows) throws DeviceException {
        try (Memory size = new Memory(8)) {
            size.clear();
            size.setShort(0, (short) rows);
            size.setShort(2, (short) columns);
            master.ioctl("resize", TIOCSWINSZ, size);
        }
    }

    /** Puts keys into the terminal's input as if they were typed. */
    private static void typeKeys(NativeFile terminal, String keys) throws DeviceException {
        for (int index = 0; index < keys.length(); index++) {
            try (Memory memory = new Memory(1)) {
                memory.setByte(0, (byte) keys.charAt(index));
                terminal.ioctl("type", TIOCSTI, memory);
            }
        }
    }

    /** Enters raw mode and ends. */
    static final class ExitInRawMode {
        private ExitInRawMode() {}

        public static void main(String[] arguments) throws IOException {
            Tty tty = Tty.open(arguments[0], new AtExit());
            tty.enterRaw();
            boolean raw = Shell.run("stty", "--file=" + arguments[0], "--all").contains("-icanon");
            System.out.println(raw ? "raw" : "not raw");
            System.exit(0);
        }
    }
}
