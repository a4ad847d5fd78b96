package org.rescuekey.vm.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A serial line with a terminal at its end: a thread reads what arrives into a screen (80 by 24) and a log file,
 * and wakes who waits for a text. Waiting always has a limit and never a fixed time. Any thread may call it.
 */
public final class SerialConsole implements AutoCloseable {
    private static final int COLUMNS = 80;
    private static final int ROWS = 24;

    private final Object lock = new Object();
    private final ByteChannel line;
    private final OutputStream log;
    private final VtScreen screen = new VtScreen(COLUMNS, ROWS);
    private final StringBuilder printed = new StringBuilder();
    private final VtParser parser = new VtParser(screen, this::type, printed);
    private boolean ended;

    /** Takes over this open line; everything that arrives is also kept in the log file. */
    public SerialConsole(ByteChannel line, Path logFile) throws IOException {
        this.line = line;
        this.log = Files.newOutputStream(logFile);
        Thread.ofPlatform().daemon().name("serial-console").start(this::read);
    }

    /** Waits until the text stands on the screen. */
    public void expect(String text, Duration limit) {
        await("'" + text + "' on the screen", limit, () -> screenText().contains(text));
    }

    /** Waits until the screen's lines satisfy the condition; what says it for the error. */
    public void expect(String what, Duration limit, Predicate<List<String>> condition) {
        await(what, limit, () -> condition.test(screen.lines()));
    }

    /** Waits until the text, and later the end, were printed since the mark; returns all printed since. */
    public String expectPrinted(int mark, String text, String end, Duration limit) {
        await("'" + text + "' to be printed", limit, () -> {
            int at = printed.indexOf(text, mark);
            return at >= 0 && printed.indexOf(end, at + text.length()) >= 0;
        });
        synchronized (lock) {
            return printed.substring(mark);
        }
    }

    /** Waits for a whole line that starts with this text to be printed since the mark; returns the line. */
    public String expectLine(int mark, String start, Duration limit) {
        Pattern line = Pattern.compile("^" + Pattern.quote(start) + ".*(?=\n)", Pattern.MULTILINE);
        await(
                "a line '" + start + "...'",
                limit,
                () -> line.matcher(printed).region(mark, printed.length()).find());
        synchronized (lock) {
            Matcher matcher = line.matcher(printed).region(mark, printed.length());
            return matcher.find() ? matcher.group() : "";
        }
    }

    /** The place in the printed text from which {@link #expectPrinted} may start to look. */
    public int mark() {
        synchronized (lock) {
            return printed.length();
        }
    }

    /** Types the text as it is. */
    public void type(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                line.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Presses these keys one after another. */
    public void press(Key... keys) {
        for (Key key : keys) {
            type(key.bytes());
        }
    }

    /** The screen's lines, without the blanks at their ends. */
    public List<String> lines() {
        synchronized (lock) {
            return screen.lines();
        }
    }

    /** The screen's lines with the sequences that show their colours. */
    public List<String> colouredLines() {
        synchronized (lock) {
            return VtStyles.coloured(screen);
        }
    }

    private String screenText() {
        return String.join("\n", screen.lines());
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }

    private void await(String what, Duration limit, Condition condition) {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (lock) {
            while (!condition.holds()) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (ended || left <= 0) {
                    throw new ConsoleException(
                            (ended ? "the machine ended" : "no answer within " + limit.toSeconds() + " s")
                                    + " while waiting for " + what + "; the screen:\n" + screenText());
                }
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new ConsoleException("interrupted while waiting for " + what);
                }
            }
        }
    }

    private void read() {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        ByteBuffer bytes = ByteBuffer.allocate(8192);
        CharBuffer chars = CharBuffer.allocate(8192);
        try {
            while (line.read(bytes) >= 0) {
                bytes.flip();
                log.write(bytes.array(), 0, bytes.limit());
                log.flush();
                decoder.decode(bytes, chars, false);
                bytes.compact();
                chars.flip();
                synchronized (lock) {
                    chars.codePoints().forEach(parser::feed);
                    lock.notifyAll();
                }
                chars.clear();
            }
        } catch (IOException e) {
            // the line is cut when the machine ends: that is an end like any other
        } finally {
            synchronized (lock) {
                ended = true;
                lock.notifyAll();
            }
        }
    }

    @Override
    public void close() {
        try (log) {
            line.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
