package org.rescuekey.tui;

import java.io.IOException;

/** What the text UI asks of the system that it runs on; called from one thread at a time. */
public interface TuiHost {
    /** The program runs on the booted stick, so it may power the machine off and does not end by itself. */
    boolean ownsMachine();

    /** Runs a shell in the foreground of the terminal, to its end; the line is as it was before the UI began. */
    void runShell() throws IOException;

    void powerOff() throws IOException;

    void reboot() throws IOException;
}
