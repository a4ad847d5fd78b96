package org.rescuekey.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.units.ByteCount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescuekey list}: the images in a place. */
@Command(
        name = "list",
        description = "Lists the images in a place, newest first, with what they are of and whether they are complete.",
        footer = {"", "Example: rescuekey list /mnt/backup"})
final class ListCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "PLACE", description = "Directory, or partition to mount.")
    private String place = "";

    @Option(names = "--json", description = "Print one JSON object an image, one a line.")
    private boolean json;

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    ListCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        password.offerIfGiven(context);
        Place opened = context.service().openPlace(new Place(place, place, "", 0, 0, "", false));
        List<ImageFacts> images = context.service().images(opened.path());
        for (ImageFacts image : images) {
            context.out().println(json ? ImageJson.line(image) : text(image));
        }
        if (images.isEmpty() && !json) {
            context.err().println("There are no images in " + opened.path() + ".");
        }
        return 0;
    }

    private static String text(ImageFacts image) {
        String what = image.description() == null
                ? image.problem()
                : image.description().created() + "  "
                        + (image.description().disk().model().isEmpty()
                                ? "disk"
                                : image.description().disk().model())
                        + " of "
                        + ByteCount.text(image.description().disk().sizeBytes());
        return String.format(
                Locale.ROOT,
                "%-12s %-12s %10s  %s%n    %s",
                image.state().label(),
                image.lineage() == null ? "" : image.lineage().kind().name().toLowerCase(Locale.ROOT),
                ByteCount.text(image.storedBytes()),
                what,
                image.path());
    }
}
