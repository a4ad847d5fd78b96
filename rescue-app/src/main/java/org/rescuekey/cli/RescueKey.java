package org.rescuekey.cli;

import java.util.concurrent.Callable;
import org.rescuekey.engine.JobState;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The root of the command line: its commands, and how their errors become words and exit codes. */
@Command(
        name = "rescuekey",
        mixinStandardHelpOptions = true,
        versionProvider = RescueKey.Version.class,
        description = "Captures, restores, verifies and repairs disks while what is installed on them is offline.",
        footer = {
            "",
            "Without a command, on a terminal, it starts the text UI.",
            "",
            "Exit codes: 0 complete, 1 failed, 2 usage, 3 refused, 4 complete with unreadable sectors,",
            "5 incomplete, 6 damage found, 130 cancelled."
        })
final class RescueKey implements Callable<Integer> {
    private final Context context;

    /** The version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Rescue Key " + Main.version()};
        }
    }

    private RescueKey(Context context) {
        this.context = context;
    }

    /** Runs one command line and returns its exit code. */
    static int run(Context context, String... arguments) {
        CommandLine line = new CommandLine(new RescueKey(context));
        line.addSubcommand(new DisksCommand(context));
        line.addSubcommand(new CaptureCommand(context));
        line.addSubcommand(new ListCommand(context));
        line.addSubcommand(new ShowCommand(context));
        line.addSubcommand(new VerifyCommand(context));
        line.addSubcommand(new RestoreCommand(context));
        line.addSubcommand(new RecoverCommand(context));
        line.addSubcommand(new ConsolidateCommand(context));
        line.addSubcommand(new PruneCommand(context));
        line.addSubcommand(new KeyCommand(context));
        line.addSubcommand(new WriteStickCommand(context));
        line.addSubcommand(new TuiCommand(context));
        addHelp(line);
        line.setOut(context.out());
        line.setErr(context.err());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((thrown, command, parsed) -> explain(context, thrown));
        try {
            int exitCode = line.execute(arguments);
            context.service().keys().warnings().forEach(context.err()::println);
            return exitCode;
        } finally {
            context.service().keys().forget();
        }
    }

    @Override
    public Integer call() throws RescueException {
        return new TuiCommand(context).call();
    }

    /** Every command explains itself, not the first word alone. */
    private static void addHelp(CommandLine line) {
        for (CommandLine command : line.getSubcommands().values()) {
            command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
        }
    }

    private static int explain(Context context, Exception thrown) throws Exception {
        context.out().flush();
        int exitCode =
                switch (thrown) {
                    case RefusedException refused -> {
                        context.err().println("Refused: " + refused.reason());
                        context.err().println(refused.remedy());
                        yield JobState.REFUSED.exitCode();
                    }
                    case WrongPasswordException wrong -> {
                        context.err().println("Refused: " + wrong.getMessage());
                        yield JobState.REFUSED.exitCode();
                    }
                    case PasswordNeededException needed -> {
                        context.err().println("Refused: " + needed.getMessage());
                        context.err().println("Give it with --password-file FILE or --password-fd N.");
                        yield JobState.REFUSED.exitCode();
                    }
                    case CancelledException cancelled -> {
                        context.err().println(cancelled.getMessage());
                        yield JobState.CANCELLED.exitCode();
                    }
                    case RescueException expected -> {
                        context.err().println("Failed: " + expected.getMessage());
                        yield JobState.FAILED.exitCode();
                    }
                    default -> throw thrown;
                };
        context.err().flush();
        return exitCode;
    }
}
