package org.rescuekey.cli;

import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescuekey consolidate}: one full image in the place of a chain. */
@Command(
        name = "consolidate",
        description = {
            "Makes one full image out of a chain, without reading the disk again, and deletes what it takes the place of.",
            "The restore points between go, so it runs only with --confirm or after a confirmation on the terminal."
        },
        footer = {"", "Example: rescuekey consolidate /mnt/backup/Samsung-SSD-970/5ad01f00 --dry-run"})
final class ConsolidateCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "SET", description = "The image set: its directory, or one of its images.")
    private String set = "";

    @Option(
            names = "--to",
            paramLabel = "IMAGE",
            description = "The image at whose restore point the full one is made; the newest unless it is given.")
    private String upTo = "";

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    ConsolidateCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        password.offerIfGiven(context);
        return options.run(context, new Request.Consolidate(set, upTo));
    }
}
