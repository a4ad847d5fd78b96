package org.rescuekey.cli;

import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescuekey restore}: image to disk, only after the plan was confirmed. */
@Command(
        name = "restore",
        description = {
            "Restores a disk, or some of its partitions, from an image, and reads everything back.",
            "Runs only with --confirm and the digest that --dry-run printed, or after a confirmation on the terminal."
        },
        footer = {"", "Example: rescuekey restore /mnt/backup/001-full.rkimg --to /dev/sda --dry-run"})
final class RestoreCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "IMAGE", description = "The image's path.")
    private String image = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TARGET",
            description = "Disk, partition, loop device or disk file; or a serial or WWN.")
    private String target = "";

    @Option(
            names = "--accept-unreadable",
            description = "Write zeros where the image says that its source could not be read.")
    private boolean acceptUnreadable;

    @Option(
            names = "--accept-damage",
            description = {
                "Write zeros where the image is damaged, and all else as it was; what is lost is listed.",
                "The exit code is 6 then."
            })
    private boolean acceptDamage;

    @Mixin
    private WriteOptions writing = new WriteOptions();

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Mixin
    private LimitOption limit = new LimitOption();

    @Mixin
    private ThenOption then = new ThenOption();

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    RestoreCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        SortedMap<Integer, Integer> pairs = writing.pairs();
        password.offerFor(context, image);
        Request request = new Request.Restore(
                image, target, pairs, acceptUnreadable, acceptDamage, writing.compare(), writing.layout());
        return options.run(context, request, limit, then);
    }
}
