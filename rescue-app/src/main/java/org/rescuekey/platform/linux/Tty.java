package org.rescuekey.platform.linux;

import com.sun.jna.Memory;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;
import org.slf4j.LoggerFactory;

/**
 * A terminal: its size, raw input, and what it was like before. The terminal itself is asked through the kernel and
 * never by escape sequences, whose answers would come between the keys.
 *
 * <p>A serial line does not know its size and gets 80 x 24. The mode is restored by {@link #restore}, by {@link #close}
 * and, if the program ends otherwise, after its jobs have ended. Size and streams may be used by several threads.
 */
public final class Tty implements AutoCloseable {
    /**
     * The size of a terminal in character cells.
     *
     * @param columns at least 1
     * @param rows at least 1
     */
    public record Size(int columns, int rows) {}

    /** What a terminal that does not know its size is taken for. */
    public static final Size FALLBACK_SIZE = new Size(80, 24);

    private final NativeFile file;
    private final InputStream input;
    private final OutputStream output;
    private final AtExit atExit;
    private @Nullable Termios before;
    private AtExit.@Nullable Registration registration;

    private Tty(NativeFile file, InputStream input, OutputStream output, AtExit atExit) {
        this.atExit = atExit;
        this.file = file;
        this.input = input;
        this.output = output;
    }

    /**
     * Opens a terminal, such as "/dev/tty" for the one that the program was started from.
     *
     * @param atExit sets the terminal back if the program ends before its time
     * @throws DeviceException if there is none, or what the path names is no terminal
     */
    public static Tty open(String path, AtExit atExit) throws DeviceException {
        NativeFile file = NativeFile.open(path, Abi.O_RDWR | Abi.O_NOCTTY);
        try {
            Termios.of(file);
            return new Tty(file, new FileInputStream(path), new FileOutputStream(path), atExit);
        } catch (DeviceException e) {
            file.close();
            throw e;
        } catch (IOException e) {
            file.close();
            throw new DeviceException("cannot open " + path + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }

    /** The present size; cheap enough to ask before each frame. */
    public Size size() throws DeviceException {
        try (Memory size = new Memory(4L * Short.BYTES)) {
            size.clear();
            file.ioctl("get the size", Abi.TIOCGWINSZ, size);
            int rows = size.getShort(0) & 0xFFFF;
            int columns = size.getShort(Short.BYTES) & 0xFFFF;
            return rows == 0 || columns == 0 ? FALLBACK_SIZE : new Size(columns, rows);
        }
    }

    /** Tells whether it is a serial line: slow, without a size of its own, and perhaps without colours. */
    public boolean isSerial() throws DeviceException {
        return SerialLines.contains((int) file.ioctlGet("get the device", Abi.TIOCGDEV, Integer.BYTES));
    }

    /** Gives each key to the program at once and unchanged, without echo; Ctrl+C is a key like any other. */
    public synchronized void enterRaw() throws DeviceException {
        if (before != null) {
            return;
        }
        Termios found = Termios.of(file);
        found.raw().applyTo(file);
        before = found;
        registration = atExit.register(AtExit.Stage.TERMINALS, this::restoreAtExit);
    }

    /** Sets the terminal back to what it was before {@link #enterRaw}. */
    public synchronized void restore() throws DeviceException {
        Termios found = before;
        if (found == null) {
            return;
        }
        before = null;
        found.applyTo(file);
        AtExit.Registration registered = registration;
        registration = null;
        if (registered != null) {
            registered.close();
        }
    }

    /**
     * Waits for keys.
     *
     * @return true if there is something to read, or the line was hung up and a read says so; false if nothing came in time
     */
    public boolean awaitInput(int timeoutMillis) throws DeviceException {
        return file.poll(timeoutMillis) != 0;
    }

    /** The keys. Closing it does not close the terminal. */
    public InputStream input() {
        return input;
    }

    /** The screen. Closing it does not close the terminal. */
    public OutputStream output() {
        return output;
    }

    @Override
    public void close() throws DeviceException {
        try {
            restore();
        } finally {
            file.close();
            closeStreams();
        }
    }

    private void closeStreams() throws DeviceException {
        try (input;
                output) {
            output.flush();
        } catch (IOException e) {
            throw new DeviceException("cannot close " + file.name() + ": " + e.getMessage(), DeviceException.EIO, e);
        }
    }

    private void restoreAtExit() {
        try {
            restore();
        } catch (DeviceException e) {
            LoggerFactory.getLogger(Tty.class).warn("the terminal keeps its mode: {}", e.getMessage());
        }
    }
}
