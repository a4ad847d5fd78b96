package org.rescuekey.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.rescuekey.engine.JobState;
import org.rescuekey.engine.RescueService;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.units.ByteCount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescuekey recover}: gives an unfinished image an index of what it holds. */
@Command(
        name = "recover",
        description = {
            "Finds the whole blocks of an image whose capture did not finish, and writes an index of them.",
            "Unless every block is there, the image stays marked as incomplete."
        },
        footer = {"", "Example: rescuekey recover /mnt/backup/001-full.rkimg.partial"})
final class RecoverCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "IMAGE", description = "The image's path.")
    private String image = "";

    @Option(names = "--dry-run", description = "Say what is there, and write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    RecoverCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        password.offerIfGiven(context);
        if (dryRun) {
            return dryRun();
        }
        ImageFacts facts = context.service().recover(image);
        context.err()
                .println("The image is " + facts.state().label() + " and holds " + ByteCount.text(facts.usedBytes())
                        + ".");
        context.out().println(json ? ImageJson.of(facts).toPrettyString() : facts.path());
        return facts.isRestorable() ? JobState.COMPLETE.exitCode() : JobState.INCOMPLETE.exitCode();
    }

    /** The exit code is that of a recovery. */
    private int dryRun() throws RescueException {
        RescueService.Recoverable found = context.service().recoverable(image);
        String state = found.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (json) {
            context.out().println(ImageJson.of(image, found).toPrettyString());
        } else {
            context.out()
                    .println("The image would be " + state + " and hold " + ByteCount.text(found.usedBytes()) + "; "
                            + ByteCount.text(found.damagedBytes()) + " of its file belong to nothing whole.");
        }
        return found.state().isRestorable() ? JobState.COMPLETE.exitCode() : JobState.INCOMPLETE.exitCode();
    }
}
