package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.plan.PlanResult.Planned;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.ExtentSet;

/** Plans a capture: disk to image. Pure. */
public final class CapturePlanner {
    /** The longest file of FAT. */
    private static final long FAT_FILE_BYTES = (1L << 32) - 1;

    private CapturePlanner() {}

    /**
     * Plans the capture of what a request names.
     *
     * @param request what is asked, with the source resolved
     * @param source what was read of the source
     * @param place where the image goes
     * @param origin when, by what and under which names the image is made
     * @param choice what kind the image becomes, and what it builds on
     * @param images the images that are there, for an estimate
     * @param unfinished the images whose capture did not finish, in the directory of the new one
     */
    public static PlanResult plan(
            Request.Capture request,
            SourceSurvey source,
            Place place,
            ImageOrigin origin,
            ParentChooser.Choice choice,
            List<ImageFacts> images,
            List<UnfinishedImage> unfinished) {
        if (choice.refusal() != null) {
            return choice.refusal();
        }
        DiskInfo disk = source.disk();
        if (!place.diskPath().isEmpty() && place.diskPath().equals(disk.path())) {
            return new Refused(
                    place.path() + " lies on the source itself, " + disk.label() + ".",
                    "Choose a place on another disk or a share.");
        }
        SortedSet<Integer> missing = new TreeSet<>(request.partitions());
        source.streams().forEach(stream -> missing.remove(stream.id()));
        if (request.partitions().contains(0)) {
            missing.add(0);
        }
        if (!missing.isEmpty()) {
            return new Refused(
                    disk.path() + " has no partition " + join(missing) + ".",
                    "Its partitions are " + join(numbers(source)) + ".");
        }
        List<SourceSurvey.Stream> chosen = source.streams().stream()
                .filter(stream -> stream.id() == 0
                        || request.partitions().isEmpty()
                        || request.partitions().contains(stream.id()))
                .toList();
        String busy = SourceRules.whatCouldChange(disk, ids(chosen));
        if (!busy.isEmpty()) {
            return new Refused(
                    "The source " + disk.path() + " can change while it is read: " + busy + ".",
                    "Unmount it, or start this machine from the stick and capture it there.");
        }
        if (request.partBytes() != 0 && request.partBytes() < ImageHeader.MIN_PART_BYTES) {
            return new Refused(
                    "Parts of " + request.partBytes() + " bytes are too small.",
                    "Choose at least " + ByteCount.text(ImageHeader.MIN_PART_BYTES) + ".");
        }
        return new Planned(planned(request, source, chosen, place, origin, choice, images, unfinished));
    }

    private static Plan planned(
            Request.Capture request,
            SourceSurvey source,
            List<SourceSurvey.Stream> chosen,
            Place place,
            ImageOrigin origin,
            ParentChooser.Choice choice,
            List<ImageFacts> images,
            List<UnfinishedImage> unfinished) {
        DiskInfo disk = source.disk();
        List<Step> steps = new ArrayList<>();
        long used = 0;
        for (SourceSurvey.Stream stream : chosen) {
            ExtentSet map = stream.map().used();
            ExtentSet leftOut = stream.map().leftOutExtents();
            steps.add(new Step.ReadStream(
                    stream.id(),
                    stream.label(),
                    stream.onDisk(),
                    map,
                    leftOut,
                    stream.map().knownBad()));
            used = Math.addExact(used, map.totalBytes() - leftOut.totalBytes());
        }
        long partLimit = partLimit(request, place);
        List<Precondition> preconditions = new ArrayList<>(List.of(
                new Precondition.DiskIs(Precondition.Role.SOURCE, disk.path(), disk.fingerprint()),
                new Precondition.SourceAtRest(disk.path(), ids(chosen)),
                new Precondition.PlaceIs(place.path(), place.diskPath()),
                new Precondition.Apart(place.path(), disk.path())));
        List<Effect> effects = new ArrayList<>();
        Optional<Step.ParentImage> parent = Optional.empty();
        if (choice.parent() != null && choice.parent().description() != null) {
            ImageFacts facts = choice.parent();
            PartitionChanges changes = PartitionChanges.between(choice.parent().description(), chosen);
            parent = Optional.of(new Step.ParentImage(facts.path(), choice.kind(), changes.comparable()));
            preconditions.add(new Precondition.ImageIs(facts.path(), facts.imageId(), facts.rootHash()));
            changes.sentences().forEach(sentence -> effects.add(Effect.warning(sentence)));
        }
        ImageDescription description = Descriptions.of(source, chosen, origin);
        Optional<UnfinishedImage> resumed = ResumeChooser.choose(unfinished, choice, description, partLimit, images);
        effects.addAll(unfinished(request, unfinished, resumed));
        Step.StoreImage store = new Step.StoreImage(
                origin.directory(),
                origin.name(),
                request.level(),
                description,
                origin.setId(),
                parent,
                partLimit,
                isEncrypted(request, choice),
                resumed.filter(image -> request.resume())
                        .map(image -> new Step.ResumedImage(
                                image.name(), image.header().imageId(), image.storedBytes())));
        steps.add(store);
        String path = origin.directory() + "/" + store.expectedName();
        if (request.verify()) {
            steps.add(new Step.VerifyImage(path, false, parent.isPresent()));
        }
        effects.addAll(SourceEffects.of(request, source, chosen, place, used));
        effects.add(Effect.result(kindText(choice) + " of " + ByteCount.text(used) + " used data at " + path + ". "
                + choice.reason() + " " + ParentChooser.estimate(choice, images, used)));
        encryption(request, choice, images).ifPresent(effects::add);
        ofAnotherDisk(source, choice).ifPresent(effects::add);
        effects.add(Effect.result(
                isAdaptive(request)
                        ? "Compression is adaptive: the fastest level, and higher ones while the place is slower than the cores."
                        : "Compressed at level " + request.level() + "."));
        if (partLimit > 0) {
            effects.add(Effect.result(parts(place, partLimit)));
        }
        effects.add(Effect.result("The source is only read; it stays as it is."));
        return new Plan(
                JobKind.CAPTURE,
                "Back up " + disk.label() + " (" + disk.path() + ") to " + place.path(),
                preconditions,
                steps,
                effects,
                used,
                used,
                commandLine(request),
                Plan.Overwrite.NOTHING);
    }

    /** Who names a set may mean another disk's, after a clone for example; or may have named the wrong one. */
    private static Optional<Effect> ofAnotherDisk(SourceSurvey source, ParentChooser.Choice choice) {
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

    /** An image is as its set is. */
    private static boolean isEncrypted(Request.Capture request, ParentChooser.Choice choice) {
        ImageFacts set = choice.set();
        ImageLineage lineage = set == null ? null : set.lineage();
        return lineage == null ? request.encrypt() : lineage.encrypted();
    }

    private static Optional<Effect> encryption(
            Request.Capture request, ParentChooser.Choice choice, List<ImageFacts> images) {
        long locked = images.stream()
                .filter(image -> image.state() == ImageFacts.State.LOCKED)
                .count();
        if (isEncrypted(request, choice)) {
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
    private static List<Effect> unfinished(
            Request.Capture request, List<UnfinishedImage> unfinished, Optional<UnfinishedImage> resumed) {
        List<Effect> effects = new ArrayList<>();
        for (UnfinishedImage image : unfinished) {
            String there = ByteCount.text(image.storedBytes());
            if (resumed.filter(image::equals).isPresent() && request.resume()) {
                effects.add(Effect.result("Resumes " + image.name() + ": " + there
                        + " are there already and are compared with the source, not stored again. If the source is no longer"
                        + " what it was, a new image is begun."));
            } else {
                effects.add(Effect.warning("The unfinished image " + image.name() + " (" + there + ") is left as it is"
                        + (request.resume() ? ": it is not one that this capture could go on with." : ", as asked.")));
            }
        }
        return effects;
    }

    /** What no file may be longer than: as asked, and as the file system of the place can hold. */
    private static long partLimit(Request.Capture request, Place place) {
        long possible = isFat(place) ? FAT_FILE_BYTES : 0;
        if (request.partBytes() == 0) {
            return possible;
        }
        return possible == 0 ? request.partBytes() : Math.min(possible, request.partBytes());
    }

    private static boolean isFat(Place place) {
        String name = place.fileSystem().toLowerCase(Locale.ROOT);
        return name.equals("vfat") || name.equals("msdos") || name.matches("fat(12|16|32)?");
    }

    private static String parts(Place place, long limit) {
        String why = limit == FAT_FILE_BYTES && isFat(place)
                ? "The place's file system, FAT, holds no longer files: the"
                : "The";
        return why + " image is divided into files of at most " + ByteCount.text(limit)
                + "; a restore needs all of them.";
    }

    private static String kindText(ParentChooser.Choice choice) {
        return switch (choice.kind()) {
            case FULL -> "A full image";
            case DIFFERENTIAL -> "A differential image";
            case INCREMENTAL -> "An incremental image";
        };
    }

    private static List<Integer> ids(List<SourceSurvey.Stream> streams) {
        return streams.stream().map(SourceSurvey.Stream::id).toList();
    }

    private static String commandLine(Request.Capture request) {
        StringBuilder line = new StringBuilder("rescuekey capture ");
        line.append(Shell.quote(request.source())).append(" --to ").append(Shell.quote(request.place()));
        request.partitions().forEach(number -> line.append(" --partition ").append(number));
        if (request.kind() != Request.Kind.AUTO) {
            line.append(" --kind ").append(request.kind().name().toLowerCase(Locale.ROOT));
        }
        if (!request.into().isEmpty()) {
            line.append(" --into ").append(Shell.quote(request.into()));
        }
        if (request.partBytes() > 0) {
            line.append(" --split ").append(request.partBytes());
        }
        if (!request.resume()) {
            line.append(" --no-resume");
        }
        line.append(" --level ").append(isAdaptive(request) ? "auto" : request.level());
        if (request.encrypt()) {
            line.append(" --encrypt");
        }
        if (request.coverage() == Coverage.ALL) {
            line.append(" --exact");
        } else if (request.coverage() == Coverage.USED) {
            line.append(" --page-files");
        }
        if (!request.verify()) {
            line.append(" --no-verify");
        }
        return line.toString();
    }

    private static boolean isAdaptive(Request.Capture request) {
        return request.level() == Request.Capture.ADAPTIVE_LEVEL;
    }

    private static List<Integer> numbers(SourceSurvey source) {
        return source.streams().stream()
                .map(SourceSurvey.Stream::id)
                .filter(id -> id > 0)
                .toList();
    }

    private static String join(Iterable<Integer> numbers) {
        String text = java.util.stream.StreamSupport.stream(numbers.spliterator(), false)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }
}
