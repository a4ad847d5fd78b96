package org.rescuekey.cli;

import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The root of the command line: its commands, and how their errors become words and exit codes. */
@Command(
        name = "rescuekey",
        mixinStandardHelpOptions = true,
        versionProvider = RescueKey.Version.class,
        description =
                "Captures, restores, clones, verifies and repairs disks while what is installed on them is offline.",
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
        line.addSubcommand(new CloneCommand(context));
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
        Failures failures = new Failures(context);
        line.setExecutionExceptionHandler((thrown, command, parsed) -> failures.explain(thrown, parsed));
        line.setParameterExceptionHandler((wrong, _) -> failures.usage(wrong));
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
}
