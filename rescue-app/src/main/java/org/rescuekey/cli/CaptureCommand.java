package org.rescuekey.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.rescuekey.engine.JobState;
import org.rescuekey.engine.Report;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rescuekey capture}: disk to image. The last line of standard output is the image's path, before it those in further places. */
@Command(
        name = "capture",
        description = "Captures a disk, or some of its partitions, into an image, and checks the image.",
        footer = {"", "Example: rescuekey capture /dev/sda --to /mnt/backup --partition 1 --partition 3"})
final class CaptureCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "SOURCE", description = "Disk, partition, loop device or disk file; or a serial or WWN.")
    private String source = "";

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            description =
                    "Directory, or partition to mount; where --into names a directory it may be left out. Given several"
                            + " times, the same image goes to each of them in one pass.")
    private List<String> places = new ArrayList<>();

    @Option(
            names = "--into",
            paramLabel = "SET",
            description = "Image set to add to: its directory, one of its images, or the beginning of its identity.")
    private String into = "";

    @Option(names = "--partition", paramLabel = "N", description = "Only this partition; may be given several times.")
    private TreeSet<Integer> partitions = new TreeSet<>();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "auto",
            description =
                    "auto, full, differential (what changed since the newest full image) or incremental (since the"
                            + " newest image); auto takes what suits best and says why.")
    private ImageKindOption kind = ImageKindOption.auto;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--level",
            paramLabel = "1..19|auto",
            defaultValue = "auto",
            converter = Levels.class,
            description =
                    "Compression level (zstd); auto, the default, is the fastest as long as the place keeps up, and"
                            + " rises while it does not.")
    private int level = Request.Capture.ADAPTIVE_LEVEL;

    @Option(
            names = "--split",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = Sizes.class,
            description = "Divide the image into files of at most this size, such as 650M or 4G, at least 1M; on FAT,"
                    + " images are divided by themselves.")
    private long splitBytes;

    @Option(
            names = "--encrypt",
            description = "Encrypt with a password: begins an encrypted image set, or adds to one that it opens.")
    private boolean encrypt;

    @Option(
            names = "--resume",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Go on with an unfinished image of the same, if the source still is what it was; the default.")
    private boolean resume = true;

    @Option(names = "--exact", description = "Capture every sector, not only what file systems use.")
    private boolean exact;

    @Option(
            names = "--page-files",
            description = "Keep the content of pagefile.sys, swapfile.sys, hiberfil.sys and Linux swap too; without it"
                    + " they keep their place and read as zeros after a restore.")
    private boolean pageFiles;

    @Option(
            names = "--verify",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Read the finished image back and check it; the default.")
    private boolean verify = true;

    @Option(names = "--dry-run", description = "Print the plan and do nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print events as JSON, one a line, on standard output.")
    private boolean json;

    /** The kinds of image. */
    enum ImageKindOption {
        auto(Request.Kind.AUTO),
        full(Request.Kind.FULL),
        differential(Request.Kind.DIFFERENTIAL),
        incremental(Request.Kind.INCREMENTAL);

        private final Request.Kind kind;

        ImageKindOption(Request.Kind kind) {
            this.kind = kind;
        }
    }

    @Mixin
    private LimitOption limit = new LimitOption();

    @Mixin
    private ThenOption then = new ThenOption();

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    CaptureCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        if (places.isEmpty() && (into.isEmpty() || !Files.isDirectory(Path.of(into)))) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--to=PLACE'");
        }
        if (encrypt) {
            password.offerNew(context);
        } else {
            password.offerIfGiven(context);
        }
        Request request = new Request.Capture(
                source,
                partitions,
                places.isEmpty() ? into : places.getFirst(),
                level,
                exact ? Coverage.ALL : pageFiles ? Coverage.USED : Coverage.NEEDED,
                verify,
                kind.kind,
                into,
                splitBytes,
                encrypt,
                resume,
                places.stream().skip(1).toList());
        boolean made = false;
        try {
            Plan plan = context.service().plan(request).orThrow();
            requirePasswordIsUsed(plan);
            if (dryRun) {
                return context.dryRun(plan, json);
            }
            plan.effects().stream()
                    .filter(effect -> effect.kind() == Effect.Kind.WARNING && !json)
                    .forEach(effect -> context.err().println("Note: " + effect.words()));
            Report report = context.run(context.confirm(plan, ""), json, limit);
            made = report.state() == JobState.COMPLETE || report.state() == JobState.COMPLETE_WITH_UNREADABLE;
            if (made && !json) {
                plan.steps().stream()
                        .filter(step -> step instanceof Step.AlsoStore)
                        .map(step -> ((Step.AlsoStore) step).path())
                        .forEach(context.out()::println);
                context.out().println(report.resultPath());
                context.out().flush();
            }
            then.follow(context, report);
            return report.state().exitCode();
        } finally {
            if (!made) { // where an image was made, its place stays, so that the path that was printed holds
                context.service().releasePlaces();
            }
        }
    }

    /** Who gives a password does not want an image that everybody can read. */
    private void requirePasswordIsUsed(Plan plan) throws RefusedException {
        boolean isEncrypted =
                plan.steps().stream().anyMatch(step -> step instanceof Step.StoreImage image && image.encrypted());
        if (password.isGiven() && !isEncrypted) {
            throw new RefusedException(
                    "The image would not be encrypted: the password that was given opens no image set of this disk here.",
                    "Check the password, or begin an encrypted set with --encrypt.");
        }
    }
}
