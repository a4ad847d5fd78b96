package org.rescuekey.tui;

import java.io.IOException;
import java.util.Optional;
import org.rescuekey.tui.model.Size;

/**
 * The line to a terminal, as bytes: a console, a serial line or a pseudo terminal. One thread reads while another writes;
 * {@link #makeRaw} and {@link #restore} are called while nobody reads.
 */
public interface TerminalLine {
    /**
     * Waits for input.
     *
     * @param into takes what has arrived
     * @param timeoutMillis how long to wait at most
     * @return the number of bytes, 0 if none came in time, -1 if the line was hung up
     */
    int read(byte[] into, int timeoutMillis) throws IOException;

    /** Writes all of it. */
    void write(byte[] bytes) throws IOException;

    /** The size as the kernel knows it, never asked of the terminal itself; empty if unknown, as on a serial line. */
    Optional<Size> size();

    /** Every key arrives at once and unseen. */
    void makeRaw() throws IOException;

    /** Puts the line back as it was before {@link #makeRaw}. */
    void restore() throws IOException;
}
