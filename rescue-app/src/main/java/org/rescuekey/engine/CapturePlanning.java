package org.rescuekey.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.plan.CapturePlanner;
import org.rescuekey.plan.CaptureSurvey;
import org.rescuekey.plan.FurtherPlace;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageNaming;
import org.rescuekey.plan.ImageOrigin;
import org.rescuekey.plan.ParentChooser;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.SeveralPlaces;
import org.rescuekey.plan.SizeSample;
import org.rescuekey.plan.SourceSurvey;
import org.rescuekey.plan.UnfinishedImage;

/** Gathers what the planner of a capture must know: the source, the place, and the images that are there. */
final class CapturePlanning {
    private final MachinePort machine;
    private final DeviceOpener devices;
    private final ImageCatalog catalog;
    private final Clock clock;
    private final String version;

    CapturePlanning(MachinePort machine, DeviceOpener devices, ImageCatalog catalog, Clock clock, String version) {
        this.machine = machine;
        this.devices = devices;
        this.catalog = catalog;
        this.clock = clock;
        this.version = version;
    }

    PlanResult plan(Request.Capture request) throws RescueException {
        MachinePort.Named source = machine.find(request.source());
        NavigableSet<Integer> partitions = new TreeSet<>(request.partitions());
        source.partition().ifPresent(partitions::add);
        DiskInfo disk = source.disk();
        if (liesOn(disk, request.place())) {
            return liesOnSource(disk, request.place());
        }
        if (!request.otherPlaces().isEmpty() && !request.into().isEmpty()) {
            return new PlanResult.Refused(
                    "One image set was named, and several places.",
                    "Leave out --into, or capture to each place by itself.");
        }
        for (String other : request.otherPlaces()) {
            if (liesOn(disk, other)) {
                return liesOnSource(disk, other);
            }
        }
        Place place = on(disk, machine.openPlace(request.place()));
        List<FurtherPlace> others = others(request, disk, place);
        List<ImageFacts> images = images(request, place);
        Instant now = clock.instant();
        try (BlockDevice device = devices.openSource(disk.path())) {
            SourceSurvey survey = Surveyor.survey(device, disk, request.coverage());
            String tableId =
                    survey.table().table().map(PartitionTable::diskIdentity).orElse("");
            ParentChooser.Choice chosen = ParentChooser.choose(
                    request.kind(),
                    disk,
                    tableId,
                    joinable(request, images),
                    !request.into().isEmpty());
            ParentChooser.Choice choice = SeveralPlaces.agreed(request.kind(), chosen, others);
            List<UnfinishedImage> unfinished = unfinished(request, place, choice, disk, tableId);
            ImageOrigin origin = origin(request, disk, place, others, now, choice, unfinished);
            Request.Capture resolved = request.resolved(
                    disk.path(),
                    partitions,
                    place.path(),
                    others.stream().map(other -> other.place().path()).toList());
            return CapturePlanner.plan(
                    resolved,
                    new CaptureSurvey(
                            survey,
                            place,
                            others,
                            origin,
                            choice,
                            images,
                            unfinished.stream()
                                    .filter(image -> image.directory().equals(origin.directory()))
                                    .toList(),
                            sample(device, resolved, survey, choice)));
        }
    }

    /** Tried only where the image holds all that is read: of what has changed, a few blocks tell nothing. */
    private static Optional<SizeSample> sample(
            BlockDevice device, Request.Capture request, SourceSurvey survey, ParentChooser.Choice choice)
            throws RescueException {
        return choice.kind() == ImageKind.FULL && choice.refusal() == null
                ? new SizeSampler(device, CapturePlanner.chosen(request, survey), request.level()).take()
                : Optional.empty();
    }

    /** The places beside the first, with the images that they hold. */
    private List<FurtherPlace> others(Request.Capture request, DiskInfo disk, Place first) throws RescueException {
        List<FurtherPlace> others = new ArrayList<>();
        Set<Path> taken = new HashSet<>(Set.of(directory(first)));
        for (String name : request.otherPlaces()) {
            Place place = on(disk, machine.openPlace(name));
            if (!taken.add(directory(place))) {
                throw new RefusedException(
                        place.path() + " is named twice.", "Name each place once; a second one is to be another disk.");
            }
            Path directory = Path.of(place.path());
            others.add(new FurtherPlace(place, Files.isDirectory(directory) ? catalog.list(directory) : List.of()));
        }
        return others;
    }

    private static Path directory(Place place) {
        Path path = Path.of(place.path()).toAbsolutePath().normalize();
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path; // it is not there yet, or whoever writes to it will be told why not
        }
    }

    private static PlanResult.Refused liesOnSource(DiskInfo disk, String place) {
        return new PlanResult.Refused(
                place + " lies on the source itself, " + disk.label() + ".",
                "Choose a place on another disk or a share.");
    }

    /** The images that the new one may join: those of the set that was named, or all in the place. */
    private List<ImageFacts> images(Request.Capture request, Place place) throws RescueException {
        Path directory = Path.of(place.path());
        if (request.into().isEmpty()) {
            return Files.isDirectory(directory) ? catalog.list(directory) : List.of();
        }
        Optional<Path> named = directoryOf(request.into(), directory);
        if (named.isPresent()) {
            return catalog.list(named.get());
        }
        List<ImageFacts> ofSet = catalog.list(directory).stream()
                .filter(image ->
                        image.lineage() != null && image.lineage().setId().startsWith(request.into()))
                .toList();
        long sets = ofSet.stream()
                .map(image -> image.lineage() == null ? "" : image.lineage().setId())
                .distinct()
                .count();
        if (sets != 1) {
            throw new RefusedException(
                    "There " + (sets == 0 ? "is no image set " : "are several image sets ") + request.into() + " in "
                            + place.path() + ".",
                    "Name the set's directory, one of its images, or more of its identity; \"rescuekey list\" shows them.");
        }
        return ofSet;
    }

    /** Who wants to encrypt begins a new set rather than to build on one that is not encrypted. */
    private static List<ImageFacts> joinable(Request.Capture request, List<ImageFacts> images) throws RescueException {
        List<ImageFacts> locked = images.stream()
                .filter(image -> image.state() == ImageFacts.State.LOCKED)
                .toList();
        if (!request.into().isEmpty() && !locked.isEmpty()) {
            throw new PasswordNeededException(locked.getFirst().path());
        }
        return images.stream()
                .filter(image -> !request.encrypt()
                        || (image.lineage() != null && image.lineage().encrypted()))
                .toList();
    }

    /** What earlier captures of this disk left unfinished: in the set that the new image joins, or in one that never began. */
    private List<UnfinishedImage> unfinished(
            Request.Capture request, Place place, ParentChooser.Choice choice, DiskInfo disk, String tableId)
            throws RescueException {
        Path directory = Path.of(place.path());
        ImageFacts set = choice.set();
        boolean isEncrypted = CapturePlanner.isEncrypted(request, choice);
        if (set != null) {
            directory = Path.of(set.path()).resolveSibling("");
        } else if (!request.into().isEmpty()) {
            directory = directoryOf(request.into(), directory).orElse(directory);
        }
        return BegunImages.captures(catalog, directory).stream()
                .filter(image -> image.header().isEncrypted() == isEncrypted)
                .filter(image -> ParentChooser.isOf(image.description(), disk, tableId))
                .sorted(Comparator.comparing(
                        (UnfinishedImage image) -> image.header().created()))
                .toList();
    }

    private static Optional<Path> directoryOf(String into, Path place) {
        for (Path path : List.of(Path.of(into), place.resolve(into))) {
            if (Files.isDirectory(path)) {
                return Optional.of(path);
            }
            if (Files.isRegularFile(path)) {
                return Optional.ofNullable(path.toAbsolutePath().getParent());
            }
        }
        return Optional.empty();
    }

    private ImageOrigin origin(
            Request.Capture request,
            DiskInfo disk,
            Place place,
            List<FurtherPlace> others,
            Instant now,
            ParentChooser.Choice choice,
            List<UnfinishedImage> unfinished)
            throws RescueException {
        ImageFacts set = choice.set();
        UUID setId = UUID.randomUUID();
        String directory = ImageNaming.directory(place.path(), disk, setId, request.encrypt());
        List<String> taken = new ArrayList<>();
        if (set != null && set.lineage() != null) {
            setId = UUID.fromString(set.lineage().setId());
            directory = set.path().substring(0, set.path().lastIndexOf('/'));
            taken.addAll(catalog.storeOf(Path.of(set.path())).list());
        } else if (!unfinished.isEmpty()) {
            UnfinishedImage begun = unfinished.getLast();
            setId = begun.header().setId();
            directory = begun.directory();
            taken.addAll(catalog.storeOf(Path.of(directory, begun.name())).list());
        }
        boolean isEncrypted = CapturePlanner.isEncrypted(request, choice);
        for (FurtherPlace other : others) {
            Path there = Path.of(other.directory(choice, setId, disk, isEncrypted));
            taken.addAll(Files.isDirectory(there) ? catalog.storeIn(there).list() : List.of());
        }
        String name = ImageNaming.name(choice.kind(), now, taken, ImageNames.SUFFIX);
        return new ImageOrigin(setId, directory, name, "Rescue Key " + version, machine.model(), now);
    }

    /** Whether a place that is still a device belongs to a disk; mounting it to find out would write to the source. */
    private boolean liesOn(DiskInfo disk, String place) throws RescueException {
        return place.startsWith("/dev/")
                && !Files.isDirectory(Path.of(place))
                && machine.find(place).disk().path().equals(disk.path());
    }

    /** The same place; if it lies on the disk, through whatever layers, it says so. */
    private Place on(DiskInfo disk, Place place) throws RescueException {
        if (!machine.devicesBelow(place.path()).contains(disk.path())) {
            return place;
        }
        return new Place(
                place.path(),
                place.label(),
                place.fileSystem(),
                place.sizeBytes(),
                place.freeBytes(),
                disk.path(),
                place.mounted());
    }
}
