package org.rescuekey.plan;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageKind;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.units.ByteCount;

/** Decides what kind an image becomes, and which one it builds on. Pure. */
public final class ParentChooser {
    /** After so many images without a full one, a new full one is proposed: a chain is as strong as each of its links. */
    public static final int LONG_CHAIN = 60;

    private ParentChooser() {}

    /**
     * What was decided.
     *
     * @param kind what the image becomes
     * @param parent what it builds on; absent for a full image
     * @param set an image of the set that it joins; absent if it begins a new one
     * @param reason why, in a sentence
     * @param refusal why that cannot be; absent if it can
     */
    public record Choice(
            ImageKind kind,
            @Nullable ImageFacts parent,
            @Nullable ImageFacts set,
            String reason,
            PlanResult.@Nullable Refused refusal) {}

    /**
     * Chooses.
     *
     * @param kind what is asked
     * @param source the disk that is captured
     * @param tableId the identity of its partition table; empty if it has none
     * @param images the images that the new one may join, of any disk
     * @param isNamed whether the user named the set; otherwise the disk must be the same
     */
    public static Choice choose(
            Request.Kind kind, DiskInfo source, String tableId, List<ImageFacts> images, boolean isNamed) {
        List<ImageFacts> ofDisk = images.stream()
                .filter(image -> image.description() != null && image.lineage() != null)
                .filter(image -> isNamed || isOf(image.description(), source, tableId))
                .sorted(Comparator.comparing(ParentChooser::created)
                        .thenComparing(ImageFacts::path)
                        .reversed())
                .toList();
        ImageFacts set = ofDisk.isEmpty() ? null : ofDisk.getFirst();
        List<ImageFacts> whole =
                ofDisk.stream().filter(ImageFacts::isRestorable).toList();
        return switch (kind) {
            case FULL -> new Choice(ImageKind.FULL, null, set, "A full image was asked for.", null);
            case INCREMENTAL ->
                whole.isEmpty()
                        ? nothingToBuildOn(ImageKind.INCREMENTAL, ofDisk)
                        : child(ImageKind.INCREMENTAL, whole.getFirst(), "An incremental image was asked for.");
            case DIFFERENTIAL ->
                whole.stream()
                        .filter(image -> kindOf(image) == ImageKind.FULL)
                        .findFirst()
                        .map(full -> child(ImageKind.DIFFERENTIAL, full, "A differential image was asked for."))
                        .orElseGet(() -> nothingToBuildOn(ImageKind.DIFFERENTIAL, ofDisk));
            case AUTO -> proposed(source, ofDisk, whole, set);
        };
    }

    private static Choice proposed(
            DiskInfo source, List<ImageFacts> ofDisk, List<ImageFacts> whole, @Nullable ImageFacts set) {
        if (ofDisk.isEmpty()) {
            String reason = "The place has no image of this disk yet.";
            return new Choice(ImageKind.FULL, null, set, reason, null);
        }
        if (whole.isEmpty()) {
            String reason = "None of this disk's images here can be restored, so nothing can build on them.";
            return new Choice(ImageKind.FULL, null, set, reason, null);
        }
        ImageFacts newest = whole.getFirst();
        if (newest.description() == null || newest.description().disk().sizeBytes() != source.sizeBytes()) {
            String reason = "The disk's size is not what it was in " + name(newest) + ".";
            return new Choice(ImageKind.FULL, null, set, reason, null);
        }
        int length = chainLength(newest, ofDisk);
        if (length >= LONG_CHAIN) {
            String reason = "The chain is " + length + " images long; a full one makes what follows independent of it.";
            return new Choice(ImageKind.FULL, null, set, reason, null);
        }
        return child(ImageKind.INCREMENTAL, newest, "Only what has changed since " + name(newest) + " is stored.");
    }

    /** A full image, for another reason than those of this class. */
    static Choice full(@Nullable ImageFacts set, String reason) {
        return new Choice(ImageKind.FULL, null, set, reason, null);
    }

    private static Choice child(ImageKind kind, ImageFacts parent, String reason) {
        return new Choice(kind, parent, parent, reason, null);
    }

    private static Choice nothingToBuildOn(ImageKind kind, List<ImageFacts> ofDisk) {
        String what = kind == ImageKind.DIFFERENTIAL ? "full image" : "image";
        PlanResult.Refused refusal = new PlanResult.Refused(
                "There is no " + what + " of this disk here that can be restored, so " + article(kind)
                        + " image has nothing to build on."
                        + ofDisk.stream()
                                .filter(image -> !image.isRestorable())
                                .findFirst()
                                .map(image -> " " + name(image) + ": " + image.problem())
                                .orElse(""),
                "Make a full image (--kind full), or name the place that holds the older images; where the disk has neither"
                        + " a serial number nor a table to know it by, name its image set (--into).");
        return new Choice(kind, null, null, "", refusal);
    }

    /** So many images a restore of this one may read, itself included. */
    static int chainLength(ImageFacts image, List<ImageFacts> all) {
        int length = 1;
        Optional<ImageFacts> parent = parentOf(image, all);
        while (parent.isPresent() && length <= all.size()) {
            length++;
            parent = parentOf(parent.get(), all);
        }
        return length;
    }

    /** The image that another builds on, among those that are there. */
    static Optional<ImageFacts> parentOf(ImageFacts image, List<ImageFacts> all) {
        if (image.lineage() == null || image.lineage().parent().isEmpty()) {
            return Optional.empty();
        }
        return all.stream()
                .filter(each -> each.lineage() != null
                        && each.lineage().answersTo(image.lineage().parent().get()))
                .findFirst();
    }

    /** Whether an image is of this disk: by what the maker numbered it with, else by its table's own identity. */
    public static boolean isOf(@Nullable ImageDescription image, DiskInfo disk, String tableId) {
        if (image == null) {
            return false;
        }
        ImageDescription.Disk was = image.disk();
        boolean isNumbered = !disk.serial().isEmpty() && !was.serial().isEmpty();
        if (isNumbered) {
            return was.serial().equals(disk.serial()) && was.model().equals(disk.model());
        }
        return !tableId.isEmpty() && image.table().diskId().equals(tableId);
    }

    /** What the new image will take, judged by those before. */
    static String estimate(Choice choice, List<ImageFacts> images, long usedBytes) {
        OptionalLong earlier = earlierBytes(choice, images);
        if (earlier.isPresent()) {
            return "Earlier ones of this kind take about " + ByteCount.text(earlier.getAsLong()) + ".";
        }
        return choice.kind() == ImageKind.FULL
                ? "At most " + ByteCount.text(usedBytes) + "; compression usually saves a third to a half."
                : "Usually a few per cent of " + ByteCount.text(usedBytes) + "; at most all of it.";
    }

    /** The median of those of the same kind that the set has; empty if it has none. */
    static OptionalLong earlierBytes(Choice choice, List<ImageFacts> images) {
        List<Long> earlier = images.stream()
                .filter(image -> choice.set() != null && isOfSet(image, choice.set()))
                .filter(image -> image.isRestorable() && kindOf(image) == choice.kind())
                .map(ImageFacts::storedBytes)
                .sorted()
                .toList();
        return earlier.isEmpty() ? OptionalLong.empty() : OptionalLong.of(earlier.get(earlier.size() / 2));
    }

    static boolean isOfSet(ImageFacts image, ImageFacts set) {
        return image.lineage() != null
                && set.lineage() != null
                && image.lineage().setId().equals(set.lineage().setId());
    }

    static String name(ImageFacts image) {
        return image.path().substring(image.path().lastIndexOf('/') + 1);
    }

    private static String article(ImageKind kind) {
        return (kind == ImageKind.INCREMENTAL ? "an " : "a ") + kind.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable ImageKind kindOf(ImageFacts image) {
        return image.lineage() == null ? null : image.lineage().kind();
    }

    private static Instant created(ImageFacts image) {
        return image.lineage() == null ? Instant.EPOCH : image.lineage().created();
    }
}
