package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.Place;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.units.ByteCount;

/** What a plan says of the image that a capture makes. Pure. */
final class CaptureEffects {
    private CaptureEffects() {}

    /** Who names a set may mean another disk's, after a clone for example; or may have named the wrong one. */
    static Optional<Effect> ofAnotherDisk(SourceSurvey source, ParentChooser.Choice choice) {
        ImageFacts set = choice.set();
        String tableId =
                source.table().table().map(PartitionTable::diskIdentity).orElse("");
        boolean isKnown = set != null
                && (!source.disk().serial().isEmpty() || !tableId.isEmpty())
                && !ParentChooser.isOf(set.description(), source.disk(), tableId);
        return isKnown
                ? Optional.of(Effect.warning("The image set that was named is of another disk than "
                        + source.disk().label() + ", as far as serial numbers and tables tell."))
                : Optional.empty();
    }

    static Optional<Effect> encryption(boolean isEncrypted, ParentChooser.Choice choice, List<ImageFacts> images) {
        long locked = images.stream()
                .filter(image -> image.state() == ImageFacts.State.LOCKED)
                .count();
        if (isEncrypted) {
            boolean isBesideLocked = choice.set() == null && locked > 0;
            return Optional.of(
                    isBesideLocked
                            ? Effect.warning(
                                    "A new encrypted image set begins, with the password that was given. It does not"
                                            + " open what is here already (encrypted images: " + locked
                                            + "): if they are of this disk, check the password.")
                            : Effect.result("The image is encrypted with a password. Without one of the set's passwords"
                                    + " nobody can restore it, and nobody can recover a password."));
        }
        return locked == 0
                ? Optional.empty()
                : Optional.of(
                        Effect.warning(
                                "The image is not encrypted. " + locked
                                        + (locked == 1 ? " image here is" : " images here are")
                                        + " encrypted, and of which disk is not known without the password: give it to build on them."));
    }

    /** What becomes of images that earlier captures left unfinished. */
    static List<Effect> unfinished(Request.Capture request, CaptureSurvey survey, Optional<UnfinishedImage> resumed) {
        List<Effect> effects = new ArrayList<>();
        for (UnfinishedImage image : survey.unfinished()) {
            String there = ByteCount.text(image.storedBytes());
            if (resumed.filter(image::equals).isPresent()) {
                effects.add(Effect.result("Resumes " + image.name() + ": " + there
                        + " are there already and are compared with the source, not stored again. If the source is no longer"
                        + " what it was, a new image is begun."));
            } else {
                effects.add(Effect.warning("The unfinished image " + image.name() + " (" + there + ") is left as it is"
                        + whyLeft(request, survey)));
            }
        }
        return effects;
    }

    private static String whyLeft(Request.Capture request, CaptureSurvey survey) {
        if (!request.resume()) {
            return ", as asked.";
        }
        return survey.others().isEmpty()
                ? ": it is not one that this capture could go on with."
                : ": a capture to several places begins anew. One to its place alone may go on with it.";
    }

    static Effect compression(Request.Capture request) {
        return Effect.result(
                request.isAdaptive()
                        ? "Compression is adaptive: the fastest level, and higher ones while the place is slower than the cores."
                        : "Compressed at level " + request.level() + ".");
    }

    static Optional<Effect> parts(List<Place> places, long limit) {
        if (limit == 0) {
            return Optional.empty();
        }
        boolean isOfFat = limit == PartLimit.FAT_FILE_BYTES && places.stream().anyMatch(PartLimit::isFat);
        String why = isOfFat
                ? (places.size() == 1 ? "The place's" : "A place's") + " file system, FAT, holds no longer files: the"
                : "The";
        return Optional.of(Effect.result(why + " image is divided into files of at most " + ByteCount.text(limit)
                + "; a restore needs all of them."));
    }

    static String kindText(ParentChooser.Choice choice) {
        return switch (choice.kind()) {
            case FULL -> "A full image";
            case DIFFERENTIAL -> "A differential image";
            case INCREMENTAL -> "An incremental image";
        };
    }
}
