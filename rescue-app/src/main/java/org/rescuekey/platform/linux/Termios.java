package org.rescuekey.platform.linux;

import com.sun.jna.Memory;
import org.rescuekey.error.DeviceException;

/** The mode of a terminal: struct termios of the C library, four flag words and then the control characters. Immutable. */
final class Termios {
    private static final int BYTES = 128; // the structure has 60
    private static final int INPUT_FLAGS = 0;
    private static final int LOCAL_FLAGS = 12;
    private static final int CONTROL_CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    private static final int BRKINT = 0x2;
    private static final int INPCK = 0x10;
    private static final int ISTRIP = 0x20;
    private static final int IXON = 0x400;
    private static final int ISIG = 0x1;
    private static final int ICANON = 0x2;
    private static final int ECHO = 0x8;
    private static final int ECHONL = 0x40;
    private static final int IEXTEN = 0x8000;

    private final byte[] bytes;

    private Termios(byte[] bytes) {
        this.bytes = bytes;
    }

    static Termios of(NativeFile terminal) throws DeviceException {
        try (Memory memory = new Memory(BYTES)) {
            memory.clear();
            terminal.getTerminalMode(memory);
            return new Termios(memory.getByteArray(0, BYTES));
        }
    }

    void applyTo(NativeFile terminal) throws DeviceException {
        try (Memory memory = new Memory(BYTES)) {
            memory.write(0, bytes, 0, BYTES);
            terminal.setTerminalMode(memory);
        }
    }

    /**
     * The same mode with input key by key: no line editing, echo, signals or flow control. Enter still arrives as a line
     * feed, and what is written still gets its carriage returns, so that log lines do not run down the screen in steps.
     */
    Termios raw() {
        try (Memory memory = new Memory(BYTES)) {
            memory.write(0, bytes, 0, BYTES);
            memory.setInt(INPUT_FLAGS, memory.getInt(INPUT_FLAGS) & ~(BRKINT | INPCK | ISTRIP | IXON));
            memory.setInt(LOCAL_FLAGS, memory.getInt(LOCAL_FLAGS) & ~(ISIG | ICANON | ECHO | ECHONL | IEXTEN));
            memory.setByte(CONTROL_CHARACTERS + VMIN, (byte) 1);
            memory.setByte(CONTROL_CHARACTERS + VTIME, (byte) 0);
            return new Termios(memory.getByteArray(0, BYTES));
        }
    }
}
