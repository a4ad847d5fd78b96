package org.rescuekey.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.plan.CapturePlanner;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;
import org.rescuekey.plan.ImageNaming;
import org.rescuekey.plan.ImageOrigin;
import org.rescuekey.plan.ParentChooser;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
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
            return new PlanResult.Refused(
                    request.place() + " lies on the source itself, " + disk.label() + ".",
                    "Choose a place on another disk or a share.");
        }
        Place place = on(disk, machine.openPlace(request.place()));
        List<ImageFacts> images = images(request, place);
        Instant now = clock.instant();
        try (BlockDevice device = devices.openSource(disk.path())) {
            SourceSurvey survey = Surveyor.survey(device, disk, request.coverage());
            String tableId =
                    survey.table().table().map(PartitionTable::diskIdentity).orElse("");
            ParentChooser.Choice choice = ParentChooser.choose(
                    request.kind(),
                    disk,
                    tableId,
                    joinable(request, images),
                    !request.into().isEmpty());
            List<UnfinishedImage> unfinished = unfinished(request, place, choice, disk, tableId);
            ImageOrigin origin = origin(request, disk, place, now, choice, unfinished);
            return CapturePlanner.plan(
                    request.resolved(disk.path(), partitions, place.path()),
                    survey,
                    place,
                    origin,
                    choice,
                    images,
                    unfinished.stream()
                            .filter(image -> image.directory().equals(origin.directory()))
                            .toList());
        }
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
        ImageLineage lineage = set == null ? null : set.lineage();
        boolean isEncrypted = lineage == null ? request.encrypt() : lineage.encrypted();
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
            Instant now,
            ParentChooser.Choice choice,
            List<UnfinishedImage> unfinished)
            throws RescueException {
        ImageFacts set = choice.set();
        UUID setId = UUID.randomUUID();
        String directory = ImageNaming.directory(place.path(), disk, setId, request.encrypt());
        List<String> taken = List.of();
        if (set != null && set.lineage() != null) {
            setId = UUID.fromString(set.lineage().setId());
            directory = set.path().substring(0, set.path().lastIndexOf('/'));
            taken = catalog.storeOf(Path.of(set.path())).list();
        } else if (!unfinished.isEmpty()) {
            UnfinishedImage begun = unfinished.getLast();
            setId = begun.header().setId();
            directory = begun.directory();
            taken = catalog.storeOf(Path.of(directory, begun.name())).list();
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
