package org.rescuekey.tui;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.tui.model.Size;

/** A terminal in memory: keys are put in, and what is written moves a cursor over a grid as a terminal would. */
final class FakeLine implements TerminalLine {
    private static final byte[] HANG_UP = new byte[0];
    private static final long DEADLINE_SECONDS = 30;
    private static final Pattern PIECE = Pattern.compile("\u001B\\[([?0-9;]*)([A-Za-z])|([^\u001B])", Pattern.DOTALL);

    private final BlockingQueue<byte[]> input = new LinkedBlockingQueue<>();
    private final CountDownLatch gone = new CountDownLatch(1);
    private final char[][] grid;
    private Size size;
    private int row;
    private int column;
    private boolean raw;
    private boolean reading;

    FakeLine(Size size) {
        this.size = size;
        this.grid = new char[100][200];
        clear();
    }

    void type(String keys) {
        input.add(keys.getBytes(StandardCharsets.UTF_8));
    }

    void hangUp() {
        input.add(HANG_UP);
    }

    /** Waits until the reader has been told that the line is gone. */
    boolean awaitGone() throws InterruptedException {
        return gone.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    synchronized void resize(Size now) {
        size = now;
    }

    synchronized boolean isRaw() {
        return raw;
    }

    synchronized boolean isBeingRead() {
        return reading;
    }

    /** Waits until the screen shows a text; fails with the screen if it does not come. */
    synchronized void await(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!screen().contains(text)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("\"" + text + "\" did not come; the screen is:\n" + screen());
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    synchronized String screen() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size.rows(); i++) {
            text.append(new String(grid[i], 0, size.columns()).stripTrailing()).append('\n');
        }
        return text.toString();
    }

    @Override
    public int read(byte[] into, int timeoutMillis) {
        setReading(true);
        try {
            byte[] bytes = input.poll(timeoutMillis, TimeUnit.MILLISECONDS);
            if (bytes == null) {
                return 0;
            }
            System.arraycopy(bytes, 0, into, 0, bytes.length);
            if (bytes.length == 0) {
                gone.countDown();
                return -1;
            }
            return bytes.length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        } finally {
            setReading(false);
        }
    }

    private synchronized void setReading(boolean on) {
        reading = on;
    }

    @Override
    public synchronized void write(byte[] bytes) throws IOException {
        Matcher piece = PIECE.matcher(new String(bytes, StandardCharsets.UTF_8));
        while (piece.find()) {
            if (piece.group(3) != null) {
                grid[row][column++] = piece.group(3).charAt(0);
            } else if (piece.group(2).equals("H")) {
                String[] at = piece.group(1).split(";", -1);
                row = at.length < 2 ? 0 : Integer.parseInt(at[0]) - 1;
                column = at.length < 2 ? 0 : Integer.parseInt(at[1]) - 1;
            } else if (piece.group(2).equals("J")) {
                clear();
            }
        }
        notifyAll();
    }

    private void clear() {
        for (char[] line : grid) {
            Arrays.fill(line, ' ');
        }
    }

    @Override
    public synchronized Optional<Size> size() {
        return Optional.of(size);
    }

    @Override
    public synchronized void makeRaw() {
        raw = true;
    }

    @Override
    public synchronized void restore() {
        raw = false;
    }
}
