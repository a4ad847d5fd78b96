package org.rescuekey.tui;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.model.Msg;
import org.rescuekey.tui.model.Size;

/**
 * Reads keys and the size of the terminal on a thread of its own and passes them on as messages. While {@link #silenced},
 * it leaves the line alone, so that a shell gets what is typed.
 */
final class Keyboard {
    private static final int POLL_MILLIS = 100;

    /** The bytes of one key come together; over a busy serial line a little apart. No finger is faster with two keys. */
    private static final int REST_OF_KEY_MILLIS = 150;

    private final TerminalLine line;
    private final Consumer<Msg> messages;
    private final Runnable hungUp;
    private final KeyDecoder decoder = new KeyDecoder();
    private final ReentrantLock reading = new ReentrantLock(true);
    private final Thread thread;
    private volatile boolean closed;
    private Size size;

    /** @param hungUp called once if the line is hung up */
    Keyboard(TerminalLine line, Size size, Consumer<Msg> messages, Runnable hungUp) {
        this.line = line;
        this.size = size;
        this.messages = messages;
        this.hungUp = hungUp;
        this.thread = new Thread(this::run, "tui-keyboard");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void close() {
        closed = true;
    }

    /** What may go wrong while the line is someone else's. */
    interface Task {
        void run() throws IOException;
    }

    /** Does something while nothing is read from the line. */
    void silenced(Task task) throws IOException {
        reading.lock();
        try {
            task.run();
        } finally {
            reading.unlock();
        }
    }

    private void run() {
        byte[] buffer = new byte[256];
        try {
            while (!closed) {
                int count = read(buffer);
                if (count < 0) {
                    hungUp.run();
                    return;
                }
                List<Key> keys = count == 0 && decoder.isPending() ? decoder.flush() : decoder.decode(buffer, count);
                keys.forEach(key -> messages.accept(new Msg.Pressed(key)));
                watchSize();
            }
        } catch (IOException e) {
            hungUp.run();
        }
    }

    private int read(byte[] buffer) throws IOException {
        reading.lock();
        try {
            return closed ? 0 : line.read(buffer, decoder.isPending() ? REST_OF_KEY_MILLIS : POLL_MILLIS);
        } finally {
            reading.unlock();
        }
    }

    private void watchSize() {
        Size now = line.size().orElse(Size.STANDARD);
        if (!now.equals(size)) {
            size = now;
            messages.accept(new Msg.Resized(now));
        }
    }
}
