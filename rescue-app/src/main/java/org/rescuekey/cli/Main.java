package org.rescuekey.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.rescuekey.engine.Journal;
import org.rescuekey.engine.LocalRescueService;
import org.rescuekey.engine.RescueService;
import org.rescuekey.engine.Ticker;
import org.rescuekey.engine.ViewTools;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.LinuxDevices;
import org.rescuekey.platform.linux.LinuxInventory;
import org.rescuekey.platform.linux.LinuxMachine;
import org.rescuekey.platform.linux.Places;
import org.rescuekey.platform.linux.Power;
import org.rescuekey.platform.linux.views.Attachments;
import org.rescuekey.platform.linux.views.LinuxResizers;
import org.rescuekey.platform.linux.views.LinuxRooms;

/** The program: puts everything together and hands over to the command line. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
        AtExit atExit = new AtExit();
        Ending ending = new Ending(atExit);
        ending.decideExitCode();
        Context context = new Context(service(atExit), ending, out, err, prompt(), powerSwitch());
        int exitCode = RescueKey.run(context, arguments);
        out.flush();
        err.flush();
        ending.returned(exitCode);
        System.exit(exitCode);
    }

    private static RescueService service(AtExit atExit) {
        LinuxDevices devices = new LinuxDevices(atExit);
        LinuxMachine machine = new LinuxMachine(new LinuxInventory(devices), devices, new Places());
        return new LocalRescueService(
                machine,
                devices,
                FileImageStore::new,
                new Journal(logDirectory()),
                Clock.systemUTC(),
                Ticker.SYSTEM,
                new SecureRandom(),
                Runtime.getRuntime().availableProcessors(),
                new ViewTools(new LinuxResizers(new Attachments(atExit)), new LinuxRooms()),
                version());
    }

    /** Where journals and reports are kept: for root the system's log, for others their state folder. */
    private static Path logDirectory() {
        Optional<String> state = Optional.ofNullable(System.getenv("XDG_STATE_HOME"));
        if (state.isEmpty() && System.getProperty("user.name").equals("root")) {
            return Path.of("/var/log/rescuekey");
        }
        return Path.of(state.orElse(System.getProperty("user.home") + "/.local/state"), "rescuekey");
    }

    static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private static ThenOption.PowerSwitch powerSwitch() {
        Power power = new Power();
        return new ThenOption.PowerSwitch() {
            @Override
            public void powerOff() throws RescueException {
                power.off();
            }

            @Override
            public void restart() throws RescueException {
                power.restart();
            }
        };
    }

    private static Context.Prompt prompt() {
        Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        return new Context.Prompt() {
            @Override
            public boolean isInteractive() {
                return console.isPresent();
            }

            @Override
            public String ask(String question) {
                return console.map(terminal -> terminal.readLine("%s", question))
                        .orElse("no answer");
            }

            @Override
            public char[] askSecret(String question) {
                return console.map(terminal -> terminal.readPassword("%s", question))
                        .orElseGet(() -> new char[0]);
            }
        };
    }
}
