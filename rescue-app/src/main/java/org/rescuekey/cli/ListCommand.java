package org.rescuekey.cli;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageDescription;
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

    /** "Dell XPS 13, Samsung SSD 870, serial S5, 500.1 GB": what of it is known. */
    private static String of(ImageDescription image) {
        ImageDescription.Disk disk = image.disk();
        return Stream.of(
                        image.machine(),
                        disk.model().isEmpty() ? "disk" : disk.model(),
                        disk.serial().isEmpty() ? "" : "serial " + disk.serial(),
                        ByteCount.text(disk.sizeBytes()))
                .filter(known -> !known.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String text(ImageFacts image) {
        String what = image.description() == null
                ? image.problem()
                : image.description().created().truncatedTo(ChronoUnit.SECONDS) + "  " + of(image.description());
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
