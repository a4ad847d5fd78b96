package org.rescuekey.cli;

import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescuekey write-stick}: the ISO onto a USB disk. */
@Command(
        name = "write-stick",
        description = {
            "Writes the stick's ISO to a USB disk and compares it. A disk that is in use is refused.",
            "Runs only with --confirm and the digest that --dry-run printed, or after a confirmation on the terminal."
        },
        footer = {"", "Example: rescuekey write-stick /dev/sdb --iso rescuekey.iso"})
final class WriteStickCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "DISK", description = "The USB disk: path, serial or WWN.")
    private String target = "";

    @Option(names = "--iso", required = true, paramLabel = "FILE", description = "The stick's ISO.")
    private String iso = "";

    @Mixin
    private PlanOptions options = new PlanOptions();

    WriteStickCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        return options.run(context, new Request.WriteStick(iso, target));
    }
}
