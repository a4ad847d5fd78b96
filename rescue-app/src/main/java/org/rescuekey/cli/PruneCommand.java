package org.rescuekey.cli;

import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.KeepRules;
import org.rescuekey.plan.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rescuekey prune}: lets old restore points go. */
@Command(
        name = "prune",
        description = {
            "Deletes the images of a set that no rule keeps. What goes but is needed is merged into what builds on it.",
            "Runs only with --confirm and the digest that --dry-run printed, or after a confirmation on the terminal."
        },
        footer = {"", "Example: rescuekey prune /mnt/backup/Samsung-SSD-970/5ad01f00 --keep-last 7 --keep-monthly 6"})
final class PruneCommand implements Callable<Integer> {
    private final Context context;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SET", description = "The image set: its directory, or one of its images.")
    private String set = "";

    @Option(names = "--keep-last", paramLabel = "N", description = "Keep the N newest.")
    private int last;

    @Option(names = "--keep-daily", paramLabel = "N", description = "Keep the newest of each of the last N days.")
    private int daily;

    @Option(names = "--keep-weekly", paramLabel = "N", description = "Keep the newest of each of the last N weeks.")
    private int weekly;

    @Option(names = "--keep-monthly", paramLabel = "N", description = "Keep the newest of each of the last N months.")
    private int monthly;

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    PruneCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        if (last < 0 || daily < 0 || weekly < 0 || monthly < 0) {
            throw new ParameterException(spec.commandLine(), "the number of images to keep cannot be negative");
        }
        KeepRules rules = new KeepRules(last, daily, weekly, monthly);
        if (rules.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "at least one of --keep-last, --keep-daily, --keep-weekly and --keep-monthly is needed");
        }
        password.offerIfGiven(context);
        return options.run(context, new Request.Prune(set, rules));
    }
}
