package org.rescuekey.cli;

import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescuekey verify}: proves that an image can be restored. */
@Command(
        name = "verify",
        description = "Checks an image: every block is read, decompressed and compared with its hash.",
        footer = {"", "Example: rescuekey verify /mnt/backup/001-full.rkimg"})
final class VerifyCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "IMAGE", description = "The image's path.")
    private String image = "";

    @Option(names = "--quick", description = "Check the structure only, not the blocks.")
    private boolean quick;

    @Option(names = "--dry-run", description = "Print the plan and do nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print events as JSON, one a line, on standard output.")
    private boolean json;

    @Mixin
    private LimitOption limit = new LimitOption();

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    VerifyCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        if (quick) {
            password.offerIfGiven(context);
        } else {
            password.offerFor(context, image);
        }
        Plan plan = context.service().plan(new Request.Verify(image, quick)).orThrow();
        if (dryRun) {
            return context.dryRun(plan, json);
        }
        return context.run(context.confirm(plan, ""), json, limit).state().exitCode();
    }
}
