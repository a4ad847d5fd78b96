package org.rescuekey.cli;

import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescuekey clone}: disk to disk, only after the plan was confirmed. */
@Command(
        name = "clone",
        description = {
            "Copies a disk, or some of its partitions, to another disk, and reads everything back.",
            "Only what differs is written, so that a clone that was cut off goes on when it is run again.",
            "Runs only with --confirm and the digest that --dry-run printed, or after a confirmation on the terminal."
        },
        footer = {"", "Example: rescuekey clone /dev/sda --to /dev/sdb --dry-run"})
final class CloneCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "SOURCE", description = "Disk, partition, loop device or disk file; or a serial or WWN.")
    private String source = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TARGET",
            description = "The same: a disk for a disk, a partition for a partition.")
    private String target = "";

    @Option(names = "--exact", description = "Copy every sector, not only what file systems use.")
    private boolean exact;

    @Option(
            names = "--page-files",
            description = "Copy the content of pagefile.sys, swapfile.sys, hiberfil.sys and Linux swap too; without it"
                    + " they keep their place and read as zeros on the target.")
    private boolean pageFiles;

    @Option(
            names = "--discard",
            description = "Tell the target (an SSD) what is not in use on it; without it, that is left as it is.")
    private boolean discard;

    @Mixin
    private WriteOptions writing = new WriteOptions();

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Mixin
    private LimitOption limit = new LimitOption();

    @Mixin
    private ThenOption then = new ThenOption();

    CloneCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        Coverage coverage = exact ? Coverage.ALL : pageFiles ? Coverage.USED : Coverage.NEEDED;
        Request request = new Request.Clone(
                source, target, writing.pairs(), coverage, discard, writing.compare(), writing.layout());
        return options.run(context, request, limit, then);
    }
}
