package org.rescuekey.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageDevice;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Place;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.DiskSketch;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.LayoutFacts;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.RestorePlanner;
import org.rescuekey.plan.RetentionPlanner;
import org.rescuekey.plan.StickPlanner;
import org.rescuekey.plan.TargetSurvey;
import org.rescuekey.plan.VerifyPlanner;
import org.rescuekey.plan.layout.IdentitySource;

/** The service on this machine: surveys, asks the planners, and runs what they planned. Safe for several threads. */
public final class LocalRescueService implements RescueService {
    private final MachinePort machine;
    private final DeviceOpener devices;
    private final ImageCatalog catalog;
    private final SetKeys keys;
    private final JobRunner runner;
    private final CapturePlanning capturePlanning;
    private final String version;

    /**
     * Puts the service together.
     *
     * @param stores opens the images of a directory
     * @param ticker the time of jobs
     * @param workers threads that hash and compress
     * @param views what volumes are changed with on their way to a target
     */
    public LocalRescueService(
            MachinePort machine,
            DeviceOpener devices,
            Function<Path, ImageStore> stores,
            Journal journal,
            Clock clock,
            Ticker ticker,
            SecureRandom random,
            int workers,
            ViewTools views,
            String version) {
        this.machine = machine;
        this.devices = devices;
        KeyRing ring = new KeyRing();
        this.catalog = new ImageCatalog(stores, ring);
        this.keys = new SetKeys(machine, catalog, ring, random, clock);
        this.capturePlanning = new CapturePlanning(machine, devices, catalog, clock, version);
        this.version = version;
        Jobs jobs = new Jobs(devices, machine, catalog, keys, random, workers, views);
        this.runner = new JobRunner(jobs, journal, clock, ticker, version);
    }

    @Override
    public Machine inventory() throws RescueException {
        Machine now = machine.snapshot();
        List<DiskInfo> disks = new ArrayList<>();
        for (DiskInfo disk : now.disks()) {
            disks.add(measured(disk));
        }
        return new Machine(now.model(), now.firmware(), now.secureBoot(), now.memoryBytes(), disks);
    }

    /** How full a disk is, is worth showing, but never worth failing for. */
    private DiskInfo measured(DiskInfo disk) {
        try {
            return disk.partitions().isEmpty() ? disk : machine.measured(disk);
        } catch (RescueException e) {
            return disk;
        }
    }

    @Override
    public List<Place> places() throws RescueException {
        return machine.places();
    }

    @Override
    public Place openPlace(Place place) throws RescueException {
        return machine.openPlace(place.path());
    }

    @Override
    public List<ImageFacts> images(String directory) throws RescueException {
        return catalog.list(Path.of(directory));
    }

    @Override
    public ImageFacts image(String path) throws RescueException {
        return catalog.facts(Path.of(path));
    }

    @Override
    public ImageFacts recover(String path) throws RescueException {
        Path directory = Path.of(path).toAbsolutePath().getParent();
        if (directory != null && Files.isDirectory(directory)) {
            machine.openForWriting(directory.toString());
        }
        return catalog.recover(Path.of(path));
    }

    @Override
    public Recoverable recoverable(String path) throws RescueException {
        return catalog.recoverable(Path.of(path));
    }

    @Override
    public PlanResult plan(Request request) throws RescueException {
        return switch (request) {
            case Request.Capture capture -> capturePlanning.plan(capture).drawn(DiskSketch::ofCapture);
            case Request.Restore restore -> planRestore(restore);
            case Request.Clone clone -> new ClonePlanning(machine, devices).plan(clone);
            case Request.Verify verify -> VerifyPlanner.plan(verify, catalog.factsOfImage(Path.of(verify.image())));
            case Request.Consolidate consolidate ->
                RetentionPlanner.consolidate(resolved(consolidate), ImageSet.find(catalog, consolidate.set()));
            case Request.Prune prune -> RetentionPlanner.prune(prune, ImageSet.find(catalog, prune.set()));
            case Request.WriteStick stick -> planStick(stick);
        };
    }

    @Override
    public ImageKeyService keys() {
        return keys;
    }

    @Override
    public Report run(ConfirmedPlan plan, JobControl control) {
        return runner.run(plan, control);
    }

    @Override
    public void releasePlaces() {
        machine.releasePlaces();
    }

    @Override
    public String version() {
        return version;
    }

    private PlanResult planRestore(Request.Restore request) throws RescueException {
        Path path = Path.of(request.image());
        ImageFacts image = request.acceptDamage() ? catalog.factsWithLosses(path) : catalog.facts(path);
        MachinePort.Named target = machine.find(request.target());
        DiskInfo disk = target.disk();
        SortedMap<Integer, Integer> partitions = new TreeMap<>(request.partitions());
        if (target.partition().isPresent()) {
            PlanResult.Refused unclear =
                    intoPartition(image, partitions, target.partition().getAsInt());
            if (unclear != null) {
                return unclear;
            }
        }
        boolean holdsImage = Preconditions.liesOn(machine, image.path(), disk.path());
        try (BlockDevice device = devices.openSource(disk.path())) {
            TargetSurvey survey = new TargetSurvey(disk, PartitionTables.read(device), holdsImage);
            PlanResult result = RestorePlanner.plan(
                    request.resolved(image.path(), disk.path(), partitions),
                    image,
                    survey,
                    layoutFacts(request, path, image, disk));
            ImageDescription description = image.description();
            return description == null ? result : result.drawn(plan -> DiskSketch.ofRestore(plan, description, disk));
        }
    }

    /** It takes a look at each volume in the image, and is of no use where none changes. */
    private LayoutFacts layoutFacts(Request.Restore request, Path path, ImageFacts image, DiskInfo target)
            throws RescueException {
        IdentitySource fresh = FreshIdentities.of(machine, image.imageId(), target);
        if (request.layout().isAsItIs()
                || request.acceptDamage()
                || !request.partitions().isEmpty()) {
            return LayoutSurvey.of(List.of(), fresh);
        }
        try (ImageReader reader = catalog.open(path)) {
            List<LayoutSurvey.Volume> volumes = new ArrayList<>();
            for (ImageDescription.Stream stream : reader.description().streams()) {
                if (stream.partition().isPresent()) {
                    String label = "partition " + stream.id();
                    volumes.add(new LayoutSurvey.Volume(stream.id(), label, ImageDevice.open(reader, stream.id())));
                }
            }
            return LayoutSurvey.of(volumes, fresh);
        }
    }

    /** Names the image's partition for a target that is itself a partition; returns why that cannot be told, or null. */
    private static PlanResult.@org.jspecify.annotations.Nullable Refused intoPartition(
            ImageFacts image, SortedMap<Integer, Integer> partitions, int into) {
        if (partitions.size() == 1) {
            partitions.replaceAll((from, to) -> into);
            return null;
        }
        List<Integer> held = image.description() == null
                ? List.of()
                : image.description().streams().stream()
                        .filter(stream -> stream.id() != 0)
                        .map(stream -> stream.id())
                        .toList();
        if (partitions.isEmpty() && held.size() == 1) {
            partitions.put(held.getFirst(), into);
            return null;
        }
        return new PlanResult.Refused(
                "The target is a single partition, and the image holds partitions " + held + ".",
                "Say which one with --partition N.");
    }

    private static Request.Consolidate resolved(Request.Consolidate request) {
        String upTo = request.upTo().isEmpty()
                ? ""
                : Path.of(request.upTo()).toAbsolutePath().normalize().toString();
        return new Request.Consolidate(request.set(), upTo);
    }

    private PlanResult planStick(Request.WriteStick request) throws RescueException {
        MachinePort.Named target = machine.find(request.target());
        if (target.partition().isPresent()) {
            return new PlanResult.Refused(
                    request.target() + " is a partition; a stick is made of a whole disk.",
                    "Name the disk, " + target.disk().path() + ".");
        }
        if (Preconditions.liesOn(machine, request.iso(), target.disk().path())) {
            return new PlanResult.Refused(
                    target.disk().label() + " (" + target.disk().path() + ") holds " + request.iso() + " itself.",
                    "Copy the file to another disk, or choose another target.");
        }
        try (BlockDevice iso = devices.openSource(request.iso())) {
            return StickPlanner.plan(request, iso.sizeBytes(), target.disk());
        }
    }
}
