package org.rescuekey.cli;

import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.rescuekey.engine.JobState;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;
import org.rescuekey.tui.model.Text;
import org.rescuekey.units.ByteCount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescuekey show}: what an image holds. */
@Command(
        name = "show",
        description = "Shows what an image is of and what it holds.",
        footer = {"", "Example: rescuekey show /mnt/backup/001-full.rkimg"})
final class ShowCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "IMAGE", description = "The image's path.")
    private String image = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    ShowCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        password.offerIfGiven(context);
        ImageFacts facts = context.service().image(image);
        context.out().println(json ? ImageJson.of(facts).toPrettyString() : text(facts));
        boolean damaged = facts.state() == ImageFacts.State.DAMAGED;
        return damaged ? JobState.FAILED.exitCode() : 0;
    }

    private static String text(ImageFacts facts) {
        StringBuilder text = new StringBuilder(facts.path()).append('\n');
        line(text, "state", facts.state().label() + (facts.problem().isEmpty() ? "" : ": " + facts.problem()));
        line(text, "stored", ByteCount.of(facts.storedBytes()).exact());
        line(text, "encryption", encryption(facts));
        ImageDescription description = facts.description();
        if (description == null) {
            return text.toString().stripTrailing();
        }
        line(text, "identity", facts.imageId());
        line(text, "root hash", facts.rootHash());
        ImageLineage lineage = facts.lineage();
        if (lineage != null) {
            line(text, "kind", lineage.kind().name().toLowerCase(Locale.ROOT));
            line(text, "set", lineage.setId());
            lineage.parent().ifPresent(parent -> line(text, "builds on", parent.text()));
            lineage.absorbed().links().forEach(each -> line(text, "stands for", each.text()));
        }
        line(text, "created", description.created().truncatedTo(ChronoUnit.SECONDS) + " by " + description.tool());
        ImageDescription.Disk disk = description.disk();
        line(
                text,
                "disk",
                (disk.model().isEmpty() ? "" : disk.model() + ", ")
                        + ByteCount.of(disk.sizeBytes()).exact()
                        + (disk.serial().isEmpty() ? "" : ", serial " + disk.serial()));
        line(
                text,
                "table",
                description.table().kind() + " " + description.table().diskId());
        line(text, "used", ByteCount.of(facts.usedBytes()).exact());
        for (ImageDescription.Stream stream : description.streams()) {
            stream.partition()
                    .ifPresent(found -> line(
                            text,
                            "partition " + found.number(),
                            found.typeName() + ", "
                                    + (found.volume().fileSystem() + " "
                                                    + found.volume().label())
                                            .strip() + ", "
                                    + ByteCount.text(stream.usedBytes()) + " of " + ByteCount.text(stream.sizeBytes())
                                    + (found.volume().rawReason().isEmpty()
                                            ? ""
                                            : "; all sectors: " + found.volume().rawReason())));
            stream.partition()
                    .ifPresent(found -> found.volume().states().forEach(state -> line(text, "state", "it " + state)));
            stream.leftOut()
                    .forEach(each -> line(
                            text, "left out", "the content of " + each.name() + ", " + ByteCount.text(each.bytes())));
        }
        description.omitted().forEach(found -> line(text, "left out", "partition " + found.number()));
        description.notes().forEach(note -> line(text, "note", note));
        return text.toString().stripTrailing();
    }

    private static String encryption(ImageFacts facts) {
        if (facts.lineage() == null) {
            return "not known";
        }
        return switch (facts.lineage().protection()) {
            case NONE -> "none";
            case ENCRYPTED -> "with a password";
            case INDEX_NOT_PROVEN ->
                "with a password; its index was made without it, so that no block is missing or older is not proven";
        };
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-12s %s%n", name, Text.clean(value)));
    }
}
