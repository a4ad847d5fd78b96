package org.rescuekey.tui;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.rescuekey.engine.Course;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.JobState;
import org.rescuekey.engine.Report;
import org.rescuekey.engine.RescueService;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** A service over {@link Invented} disks: its jobs take a moment a step and touch nothing. */
public final class FakeService implements RescueService {
    private static final int PARTS_OF_A_STEP = 20;

    private final Machine machine;
    private final Clock clock;
    private final long nanosPerPart;
    private final FakeKeys keys = new FakeKeys();

    /** @param nanosPerPart how long a twentieth of a step takes */
    public FakeService(Clock clock, long nanosPerPart) {
        this(Invented.machine(), clock, nanosPerPart);
    }

    FakeService(Machine machine, Clock clock, long nanosPerPart) {
        this.machine = machine;
        this.clock = clock;
        this.nanosPerPart = nanosPerPart;
    }

    @Override
    public Machine inventory() {
        return machine;
    }

    @Override
    public List<Place> places() {
        return Invented.places();
    }

    @Override
    public Place openPlace(Place place) {
        String directory = place.mounted() ? place.path() : place.path().replace("/dev/", "/mnt/");
        return new Place(
                directory,
                place.label(),
                place.fileSystem(),
                place.sizeBytes(),
                place.freeBytes(),
                place.diskPath(),
                true);
    }

    @Override
    public List<ImageFacts> images(String directory) {
        return switch (directory) {
            case "/mnt/sdb1" -> Invented.images();
            case "/mnt/nas" -> InventedSets.images(keys.isOpen());
            default -> List.of();
        };
    }

    @Override
    public ImageFacts image(String path) throws RescueException {
        ImageFacts facts = Stream.concat(Invented.images().stream(), InventedSets.images(keys.isOpen()).stream())
                .filter(image -> image.path().equals(path))
                .findFirst()
                .orElseThrow();
        if (facts.state() == ImageFacts.State.LOCKED && keys.isOffered()) {
            throw new WrongPasswordException("Wrong password.");
        }
        return facts;
    }

    @Override
    public Recoverable recoverable(String path) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public ImageFacts recover(String path) throws RescueException {
        return image(path);
    }

    @Override
    public FakeKeys keys() {
        return keys;
    }

    @Override
    public PlanResult plan(Request request) {
        return switch (request) {
            case Request.Capture capture -> new PlanResult.Planned(capturePlan(capture));
            case Request.Restore restore -> restorePlan(restore);
            case Request.Clone clone -> new PlanResult.Planned(FakeClone.plan(clone, machine));
            case Request.Verify verify -> new PlanResult.Planned(verifyPlan(verify));
            case Request.WriteStick stick -> new PlanResult.Refused("No stick.", "");
            case Request.Consolidate consolidate -> new PlanResult.Planned(FakeRetention.consolidate(consolidate));
            case Request.Prune prune -> new PlanResult.Planned(FakeRetention.prune(prune));
        };
    }

    public static Plan capturePlan(Request.Capture request) {
        List<Step> steps = new ArrayList<>();
        long used = 0;
        for (PartitionInfo partition : Invented.windows().partitions()) {
            if (request.partitions().isEmpty() || request.partitions().contains(partition.number())) {
                Extent onDisk = partition.partition().extent();
                ExtentSet map = ExtentSet.of(new Extent(0, partition.usedBytes().orElse(onDisk.length())));
                steps.add(new Step.ReadStream(
                        partition.number(),
                        "partition " + partition.number() + " ("
                                + partition.partition().typeName() + ")",
                        onDisk,
                        map));
                used += map.totalBytes();
            }
        }
        String directory = "/mnt/sdb1/Samsung-SSD-970/5ad01f00";
        steps.add(new Step.StoreImage(
                directory,
                "001-full-2026-11-22-0900.rki",
                request.level(),
                Objects.requireNonNull(Invented.images().getFirst().description()),
                new UUID(0, 1),
                Optional.empty()));
        steps.add(new Step.VerifyImage(directory + "/001-full-2026-11-22-0900.rki", false));
        return new Plan(
                JobKind.CAPTURE,
                "Back up " + Invented.windows().label() + " (/dev/nvme0n1) to " + request.place(),
                List.of(),
                steps,
                List.of(
                        Effect.warning("The volume in partition 3 belongs to a system that is hibernated or was shut"
                                + " down with Fast Startup. It is captured as it is. Start that system and choose"
                                + " Restart, or shut it down with Fast Startup turned off."),
                        Effect.result("A full image of 126.5 GiB used data at " + directory + "."),
                        Effect.result("The source is only read; it stays as it is.")),
                used,
                used,
                "rescuekey capture /dev/nvme0n1 --to " + request.place() + " --level "
                        + (request.isAdaptive() ? "auto" : request.level()),
                Plan.Overwrite.NOTHING);
    }

    private PlanResult restorePlan(Request.Restore request) {
        DiskInfo target = machine.disk(request.target()).orElseThrow();
        if (target.sizeBytes() < 500_107_862_016L) {
            return new PlanResult.Refused(
                    target.label() + " is too small: 469,355,862,016 bytes (437.1 GiB) are missing.",
                    "Choose a target of at least 500,107,862,016 bytes (465.8 GiB).");
        }
        return new PlanResult.Planned(restorePlan(request, target));
    }

    public static Plan restorePlan(Request.Restore request, DiskInfo target) {
        String name = target.label() + " (" + target.path() + ")";
        List<Effect> effects = losses(target);
        effects.add(Effect.warning("Two disks with the same identities must not run in one PC: take the old disk out"
                + " before the first start."));
        effects.add(Effect.result("The target becomes the disk of 2026-11-20, with the same identities."));
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Erase("the target's old partition table", ExtentSet.empty()));
        for (PartitionInfo partition : Invented.windows().partitions()) {
            steps.add(new Step.WriteStream(
                    partition.number(),
                    "partition " + partition.number() + " ("
                            + partition.partition().typeName() + ")",
                    partition.partition().extent(),
                    ExtentSet.empty(),
                    false));
        }
        steps.add(new Step.ReadBack());
        steps.add(new Step.WriteTable("gpt", List.of()));
        return new Plan(
                JobKind.RESTORE,
                "Restore Samsung SSD 970 EVO Plus 500GB of 2026-11-20 to " + name,
                List.of(),
                steps,
                effects,
                127L << 30,
                127L << 30,
                "rescuekey restore " + request.image() + " --to " + request.target(),
                overwrite(target));
    }

    static List<Effect> losses(DiskInfo target) {
        String name = target.label() + " (" + target.path() + ")";
        List<Effect> effects = new ArrayList<>();
        effects.add(Effect.loss(
                !target.partitions().isEmpty()
                        ? "Everything on " + name + ", " + target.partitions().size() + " partitions."
                        : "Nothing is known to be on " + name + "."));
        target.partitions()
                .forEach(partition -> effects.add(Effect.loss("Partition " + partition.number() + ": "
                        + partition
                                .volume()
                                .map(volume -> volume.type().label() + ", " + volume.label())
                                .orElse("unknown"))));
        return effects;
    }

    static Plan.Overwrite overwrite(DiskInfo target) {
        String serial = target.serial();
        return new Plan.Overwrite(
                target.path(),
                target.label() + " (" + target.path() + ")",
                serial.substring(Math.max(0, serial.length() - 4)),
                "last four characters of the serial number",
                !target.partitions().isEmpty());
    }

    public static Plan verifyPlan(Request.Verify request) {
        return new Plan(
                JobKind.VERIFY,
                "Verify " + request.image() + (request.quick() ? " (structure)" : " (every block)"),
                List.of(),
                List.of(new Step.VerifyImage(request.image(), request.quick())),
                List.of(Effect.result("The image is only read; 71.0 GiB.")),
                71L << 30,
                0,
                "rescuekey verify " + request.image(),
                Plan.Overwrite.NOTHING);
    }

    @Override
    public Report run(ConfirmedPlan confirmed, JobControl control) {
        Plan plan = confirmed.plan();
        Instant started = clock.instant();
        JobState state = JobState.COMPLETE;
        long read = 0;
        try {
            int steps = plan.steps().size();
            for (int step = 1; step <= steps; step++) {
                long total = plan.bytesToRead() / steps;
                control.tell(new JobEvent.StepStarted(
                        step, steps, plan.steps().get(step - 1).words(), total));
                for (int part = 1; part <= PARTS_OF_A_STEP; part++) {
                    control.checkpoint();
                    LockSupport.parkNanos(nanosPerPart);
                    read += total / PARTS_OF_A_STEP;
                    long elapsed = Duration.between(started, clock.instant()).toNanos();
                    control.tell(new JobEvent.Progress(
                            step, total * part / PARTS_OF_A_STEP, total, read, read / 2, elapsed));
                }
            }
        } catch (CancelledException e) {
            state = JobState.CANCELLED;
        }
        Report report = report(plan, state, started, clock.instant(), read);
        control.tell(new JobEvent.Finished(report));
        return report;
    }

    public static Report report(Plan plan, JobState state, Instant started, Instant finished, long read) {
        boolean complete = state == JobState.COMPLETE;
        return new Report(
                plan.kind(),
                state,
                complete
                        ? "Every byte was read, written, and read back: the image is proven."
                        : "Cancelled by the user. What is there says so itself.",
                plan.title(),
                plan.digest(),
                started,
                finished,
                read,
                read / 2,
                complete ? List.of("No sector was unreadable.") : List.of(),
                complete
                        ? List.of("Take the old disk out before the first start.")
                        : List.of("Start the job again when you are ready."),
                Objects.requireNonNullElse(plan.overwrites().path(), ""),
                "0.1.0",
                Course.UNKNOWN);
    }

    @Override
    public void releasePlaces() {}

    @Override
    public String version() {
        return "0.1.0";
    }
}
