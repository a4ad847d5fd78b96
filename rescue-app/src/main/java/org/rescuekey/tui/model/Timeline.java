package org.rescuekey.tui.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageLink;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Step;
import org.rescuekey.units.ByteCount;

/**
 * The restore points of one image set in one folder, the newest first; files that belong to no known set, such as damaged
 * ones, stand behind those of their folder. Pure.
 *
 * @param directory the folder
 * @param points the restore points
 */
public record Timeline(String directory, List<Point> points) {
    private static final int SHORTEST_MODEL = 8;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * An image in its set.
     *
     * @param image the image
     * @param number the number that its file's name begins with; its place in the set, 1 for the oldest, if not all have
     *     one of their own; 0 where it is not known
     * @param base the number of the one that it builds on; 0 if it builds on none, or on one that is not here
     */
    public record Point(ImageFacts image, int number, int base) {
        public Instant created() {
            return Timeline.created(image);
        }

        /** What its file is called. */
        public String name() {
            return image.path().substring(image.path().lastIndexOf('/') + 1);
        }

        /** Whether it builds on another image, be that here or not. */
        public boolean buildsOnAnother() {
            return parent(image).isPresent();
        }

        /** Two or three words of what it builds on, for a list. */
        public String baseMark() {
            return base > 0 ? "on " + base : buildsOnAnother() ? "gone" : "";
        }

        public boolean isLocked() {
            return image.state() == ImageFacts.State.LOCKED;
        }
    }

    public Timeline {
        points = List.copyOf(points);
    }

    /** The sets among some images, that with the newest image first. */
    public static List<Timeline> of(List<ImageFacts> images) {
        Map<String, List<ImageFacts>> sets = new LinkedHashMap<>();
        Map<String, List<ImageFacts>> homeless = new LinkedHashMap<>();
        for (ImageFacts image : images) {
            String folder = directory(image);
            if (image.lineage() == null) {
                homeless.computeIfAbsent(folder, any -> new ArrayList<>()).add(image);
            } else {
                String key = folder + "\n" + image.lineage().setId();
                sets.computeIfAbsent(key, any -> new ArrayList<>()).add(image);
            }
        }
        homeless.forEach((folder, files) -> {
            String key = onlySetIn(folder, sets.keySet());
            sets.computeIfAbsent(key.isEmpty() ? folder : key, any -> new ArrayList<>())
                    .addAll(files);
        });
        return sets.values().stream()
                .map(Timeline::ofSet)
                .sorted(Comparator.comparing(Timeline::newest).reversed().thenComparing(Timeline::directory))
                .toList();
    }

    private static String onlySetIn(String folder, Collection<String> keys) {
        List<String> inFolder =
                keys.stream().filter(key -> key.startsWith(folder + "\n")).toList();
        return inFolder.size() == 1 ? inFolder.getFirst() : "";
    }

    private static Timeline ofSet(List<ImageFacts> images) {
        List<ImageFacts> oldestFirst = images.stream()
                .filter(image -> image.lineage() != null)
                .sorted(Comparator.comparing(Timeline::created).thenComparing(ImageFacts::path))
                .toList();
        List<Integer> numbers = numbers(oldestFirst);
        List<Point> points = new ArrayList<>();
        for (ImageFacts image : oldestFirst) {
            int base = parent(image).map(link -> indexOf(link, oldestFirst)).orElse(-1);
            points.addFirst(new Point(image, numbers.get(points.size()), base < 0 ? 0 : numbers.get(base)));
        }
        images.stream().filter(image -> image.lineage() == null).forEach(image -> points.add(new Point(image, 0, 0)));
        return new Timeline(directory(images.getFirst()), points);
    }

    private static List<Integer> numbers(List<ImageFacts> oldestFirst) {
        List<Integer> named = oldestFirst.stream().map(Timeline::numberInName).toList();
        boolean isOwn = !named.contains(0) && named.stream().distinct().count() == named.size();
        return isOwn
                ? named
                : IntStream.rangeClosed(1, oldestFirst.size()).boxed().toList();
    }

    /** 7 for "007-full-2026-10-02-0815.rki"; 0 if the name does not begin so. */
    private static int numberInName(ImageFacts image) {
        String name = image.path().substring(image.path().lastIndexOf('/') + 1);
        int dash = name.indexOf('-');
        boolean numbered =
                dash > 0 && dash < 7 && name.substring(0, dash).chars().allMatch(c -> c >= '0' && c <= '9');
        return numbered ? Integer.parseInt(name.substring(0, dash)) : 0;
    }

    private static int indexOf(ImageLink link, List<ImageFacts> oldestFirst) {
        for (int i = 0; i < oldestFirst.size(); i++) {
            ImageLineage lineage = oldestFirst.get(i).lineage();
            if (lineage != null && lineage.answersTo(link)) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<ImageLink> parent(ImageFacts image) {
        return image.lineage() == null ? Optional.empty() : image.lineage().parent();
    }

    private static String directory(ImageFacts image) {
        return image.path().substring(0, Math.max(0, image.path().lastIndexOf('/')));
    }

    static Instant created(ImageFacts image) {
        if (image.lineage() != null) {
            return image.lineage().created();
        }
        return image.description() == null ? Instant.EPOCH : image.description().created();
    }

    private Instant newest() {
        return points.getFirst().created();
    }

    /** The restore point with a number. */
    public Optional<Point> numbered(int number) {
        return points.stream()
                .filter(point -> number > 0 && point.number() == number)
                .findFirst();
    }

    /** The restore points that a plan lets stay, a line each; one that is merged lies in another file from then on. */
    List<String> staying(Plan plan) {
        Map<String, String> movedTo = new HashMap<>();
        Set<String> gone = new HashSet<>();
        for (Step step : plan.steps()) {
            switch (step) {
                case Step.MergeImages merge -> movedTo.put(merge.merged().getFirst(), merge.name());
                case Step.DeleteImages delete -> gone.addAll(delete.names());
                default -> {}
            }
        }
        List<String> lines = new ArrayList<>();
        for (Point point : points) {
            String moved = movedTo.get(point.name());
            if (moved != null || !gone.contains(point.name())) {
                lines.add(line(point, moved == null ? "" : ", from then on in " + moved));
            }
        }
        return lines;
    }

    private static String line(Point point, String more) {
        ImageFacts image = point.image();
        String when = image.lineage() == null ? "" : DATE.format(point.created()) + " UTC: ";
        String state = image.isRestorable() ? "" : " (" + image.state().label() + ")";
        return when + point.name() + state + more;
    }

    /** What all its files take. */
    public long storedBytes() {
        return points.stream().mapToLong(point -> point.image().storedBytes()).sum();
    }

    public boolean isEncrypted() {
        return points.stream()
                .map(point -> point.image().lineage())
                .anyMatch(lineage -> lineage != null && lineage.encrypted());
    }

    /** PC, model and serial of the disk, in at most so many columns; of an unopened set its folder. */
    public String title(int columns) {
        ImageDescription description = points.stream()
                .flatMap(point -> Optional.ofNullable(point.image().description()).stream())
                .findFirst()
                .orElse(null);
        if (description == null) {
            return Text.fit(Text.clean((isEncrypted() ? "Encrypted, " : "Unknown disk, ") + folders()), columns);
        }
        ImageDescription.Disk disk = description.disk();
        String machine = description.machine().isEmpty() ? "" : Text.clean(description.machine()) + ": ";
        String serial = disk.serial().isEmpty() ? "" : ", " + Text.clean(disk.serial());
        String model =
                Text.clean(disk.model().isEmpty() ? "a disk of " + ByteCount.text(disk.sizeBytes()) : disk.model());
        int room = Math.max(SHORTEST_MODEL, columns - Text.width(machine) - Text.width(serial));
        return Text.fit(machine + Text.fit(model, room) + serial, columns);
    }

    /** The name of the folder, which tells sets of one disk apart. */
    public String folder() {
        return directory.substring(directory.lastIndexOf('/') + 1);
    }

    /** The last two folders, which the program names after the disk and the set. */
    private String folders() {
        int last = directory.lastIndexOf('/');
        int before = last < 1 ? -1 : directory.lastIndexOf('/', last - 1);
        return directory.substring(before + 1);
    }
}
