package org.rescuekey.cli;

import java.io.IOException;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.platform.linux.Tty;
import org.rescuekey.tui.TerminalLine;
import org.rescuekey.tui.model.Size;

/** A Linux terminal as the line of the text UI. */
final class TtyLine implements TerminalLine {
    private final Tty tty;

    TtyLine(Tty tty) {
        this.tty = tty;
    }

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
            Tty.Size size = tty.size();
            return Optional.of(new Size(size.columns(), size.rows()));
        } catch (DeviceException e) {
            return Optional.empty(); // a line that has gone has no size; the next read says that it has gone
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
