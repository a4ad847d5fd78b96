package org.rescuekey.cli;

import java.util.concurrent.Callable;
import org.rescuekey.engine.JobState;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.units.ByteCount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    RecoverCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        password.offerIfGiven(context);
        ImageFacts facts = context.service().recover(image);
        context.err()
                .println("The image is " + facts.state().label() + " and holds " + ByteCount.text(facts.usedBytes())
                        + ".");
        context.out().println(facts.path());
        return facts.isRestorable() ? JobState.COMPLETE.exitCode() : JobState.INCOMPLETE.exitCode();
    }
}
