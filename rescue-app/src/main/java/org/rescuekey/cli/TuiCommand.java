package org.rescuekey.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.Tty;
import org.rescuekey.tui.TextUi;
import org.rescuekey.tui.view.Look;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rescuekey tui}: the text UI, on the terminal that the program was started from or on another line. */
@Command(
        name = "tui",
        description = "Starts the text UI; so does the program without a command, on a terminal.",
        footer = {"", "Example: rescuekey tui --line /dev/ttyS0"})
final class TuiCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--line", paramLabel = "DEVICE", defaultValue = "/dev/tty", description = "The terminal to use.")
    private String line = "/dev/tty";

    TuiCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        Ending ending = context.ending();
        try (Tty tty = Tty.open(line, ending.atExit())) {
            Look look = Look.of(System.getenv());
            TextUi ui = new TextUi(context.service(), new TtyLine(tty), new LocalHost(), Clock.systemUTC(), look);
            try (AtExit.Registration ignored = ending.onSignal(ui::end)) {
                return ui.run();
            }
        } catch (RescueException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
