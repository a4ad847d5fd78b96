package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.PlanResult.Planned;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.ExtentSet;

/** Plans a capture: disk to image, in one place or in several. Pure. */
public final class CapturePlanner {
    private CapturePlanner() {}

    /**
     * Plans the capture of what a request names.
     *
     * @param request what is asked, with source and places resolved
     * @param survey what is known
     */
    public static PlanResult plan(Request.Capture request, CaptureSurvey survey) {
        if (survey.choice().refusal() != null) {
            return survey.choice().refusal();
        }
        DiskInfo disk = survey.source().disk();
        Optional<Refused> misplaced = SeveralPlaces.refusal(disk, survey.places().stream());
        if (misplaced.isPresent()) {
            return misplaced.get();
        }
        SortedSet<Integer> missing = new TreeSet<>(request.partitions());
        survey.source().streams().forEach(stream -> missing.remove(stream.id()));
        if (request.partitions().contains(0)) {
            missing.add(0);
        }
        if (!missing.isEmpty()) {
            return new Refused(
                    disk.path() + " has no partition " + join(missing) + ".",
                    "Its partitions are " + join(numbers(survey.source())) + ".");
        }
        List<SourceSurvey.Stream> chosen = chosen(request, survey.source());
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
        return new Planned(planned(request, survey, chosen));
    }

    /** What a request takes of a source: what lies outside partitions always. */
    public static List<SourceSurvey.Stream> chosen(Request.Capture request, SourceSurvey source) {
        return source.streams().stream()
                .filter(stream -> stream.id() == 0
                        || request.partitions().isEmpty()
                        || request.partitions().contains(stream.id()))
                .toList();
    }

    private static Plan planned(Request.Capture request, CaptureSurvey survey, List<SourceSurvey.Stream> chosen) {
        DiskInfo disk = survey.source().disk();
        List<Precondition> preconditions = preconditions(survey, chosen);
        List<Effect> effects = new ArrayList<>();
        Optional<Step.ParentImage> parent = Optional.empty();
        ImageFacts facts = survey.choice().parent();
        if (facts != null && facts.description() != null) {
            PartitionChanges changes = PartitionChanges.between(facts.description(), chosen);
            parent = Optional.of(
                    new Step.ParentImage(facts.path(), survey.choice().kind(), changes.comparable()));
            preconditions.add(new Precondition.ImageIs(facts.path(), facts.imageId(), facts.rootHash()));
            changes.sentences().forEach(sentence -> effects.add(Effect.warning(sentence)));
        }
        Step.StoreImage store =
                store(request, survey, Descriptions.of(survey.source(), chosen, survey.origin()), parent);
        List<Step> steps = reads(chosen);
        long used = chosen.stream().mapToLong(CapturePlanner::bytesToRead).reduce(0, Math::addExact);
        steps.add(store);
        List<Step.AlsoStore> also = alsoStored(survey, store);
        for (Step.AlsoStore copy : also) {
            steps.add(copy);
            if (facts != null && copy.parentPath().isPresent()) {
                preconditions.add(new Precondition.ImageIs(copy.parentPath().get(), facts.imageId(), facts.rootHash()));
            }
        }
        String path = store.directory() + "/" + store.expectedName();
        if (request.verify()) {
            steps.add(new Step.VerifyImage(path, false, parent.isPresent()));
            for (Step.AlsoStore copy : also) {
                steps.add(new Step.VerifyImage(copy.path(), false, parent.isPresent()));
            }
        }
        Optional<UnfinishedImage> resumed = survey.unfinished().stream()
                .filter(image -> store.resumed().isPresent()
                        && store.resumed().get().name().equals(image.name()))
                .findFirst();
        CaptureRoom room = new CaptureRoom(
                survey, used, resumed.map(UnfinishedImage::storedBytes).orElse(0L));
        effects.addAll(CaptureEffects.unfinished(request, survey, resumed));
        effects.addAll(SourceEffects.of(request, survey.source(), chosen));
        effects.add(Effect.result(CaptureEffects.kindText(survey.choice()) + " of " + ByteCount.text(used)
                + " used data at " + path + ". " + survey.choice().reason() + " " + room.words(survey.place())));
        effects.addAll(SeveralPlaces.effects(survey, also));
        effects.addAll(room.effects(survey.places()));
        CaptureEffects.encryption(store.encrypted(), survey.choice(), survey.images())
                .ifPresent(effects::add);
        CaptureEffects.ofAnotherDisk(survey.source(), survey.choice()).ifPresent(effects::add);
        effects.add(CaptureEffects.compression(request));
        CaptureEffects.parts(survey.places(), store.partLimitBytes()).ifPresent(effects::add);
        effects.add(Effect.result("The source is only read; it stays as it is."));
        return new Plan(
                JobKind.CAPTURE,
                "Back up " + disk.label() + " (" + disk.path() + ") to "
                        + survey.places().stream().map(Place::path).collect(Collectors.joining(" and ")),
                preconditions,
                steps,
                effects,
                used,
                Math.multiplyExact(used, survey.places().size()),
                CaptureCommandLine.of(request),
                Plan.Overwrite.NOTHING);
    }

    private static List<Precondition> preconditions(CaptureSurvey survey, List<SourceSurvey.Stream> chosen) {
        DiskInfo disk = survey.source().disk();
        List<Precondition> preconditions = new ArrayList<>(List.of(
                new Precondition.DiskIs(Precondition.Role.SOURCE, disk.path(), disk.fingerprint()),
                new Precondition.SourceAtRest(disk.path(), ids(chosen))));
        for (Place place : survey.places()) {
            preconditions.add(new Precondition.PlaceIs(place.path(), place.diskPath()));
            preconditions.add(new Precondition.Apart(place.path(), disk.path()));
        }
        return preconditions;
    }

    private static List<Step> reads(List<SourceSurvey.Stream> chosen) {
        List<Step> steps = new ArrayList<>();
        for (SourceSurvey.Stream stream : chosen) {
            steps.add(new Step.ReadStream(
                    stream.id(),
                    stream.label(),
                    stream.onDisk(),
                    stream.map().used(),
                    stream.map().leftOutExtents(),
                    stream.map().knownBad()));
        }
        return steps;
    }

    private static long bytesToRead(SourceSurvey.Stream stream) {
        ExtentSet leftOut = stream.map().leftOutExtents();
        return stream.map().used().totalBytes() - leftOut.totalBytes();
    }

    private static Step.StoreImage store(
            Request.Capture request,
            CaptureSurvey survey,
            ImageDescription description,
            Optional<Step.ParentImage> parent) {
        ImageOrigin origin = survey.origin();
        long partLimit = PartLimit.of(request, survey.places());
        boolean isResumable = request.resume() && survey.others().isEmpty();
        Optional<UnfinishedImage> resumed = isResumable
                ? ResumeChooser.choose(survey.unfinished(), survey.choice(), description, partLimit, survey.images())
                : Optional.empty();
        return new Step.StoreImage(
                origin.directory(),
                origin.name(),
                request.level(),
                description,
                origin.setId(),
                parent,
                partLimit,
                isEncrypted(request, survey.choice()),
                resumed.map(image ->
                        new Step.ResumedImage(image.name(), image.header().imageId(), image.storedBytes())));
    }

    private static List<Step.AlsoStore> alsoStored(CaptureSurvey survey, Step.StoreImage store) {
        List<Step.AlsoStore> also = new ArrayList<>();
        ImageFacts parent = survey.choice().parent();
        for (FurtherPlace other : survey.others()) {
            String directory = other.directory(
                    survey.choice(), store.setId(), survey.source().disk(), store.encrypted());
            also.add(new Step.AlsoStore(
                    directory,
                    store.name(),
                    parent == null ? Optional.empty() : other.twinOf(parent).map(ImageFacts::path)));
        }
        return also;
    }

    /** An image is as its set is. */
    public static boolean isEncrypted(Request.Capture request, ParentChooser.Choice choice) {
        ImageFacts set = choice.set();
        ImageLineage lineage = set == null ? null : set.lineage();
        return lineage == null ? request.encrypt() : lineage.encrypted();
    }

    private static List<Integer> ids(List<SourceSurvey.Stream> streams) {
        return streams.stream().map(SourceSurvey.Stream::id).toList();
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
