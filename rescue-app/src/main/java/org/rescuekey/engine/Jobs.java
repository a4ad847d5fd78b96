package org.rescuekey.engine;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.EndState;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.container.ImageWriter;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;
import org.rescuekey.units.ByteCount;

/** Carries out the steps of plans, each job with its devices opened, checked and closed in the right order. */
final class Jobs {
    private final DeviceOpener devices;
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final SecureRandom random;
    private final int workers;

    Jobs(DeviceOpener devices, MachinePort machine, ImageCatalog catalog, SecureRandom random, int workers) {
        this.devices = devices;
        this.machine = machine;
        this.catalog = catalog;
        this.random = random;
        this.workers = workers;
    }

    Outcome run(ConfirmedPlan confirmed, JobControl control, Meter meter) throws RescueException, JobFailure {
        Plan plan = confirmed.plan();
        return switch (plan.kind()) {
            case CAPTURE -> capture(plan, control, meter);
            case RESTORE -> new RestoreSteps(devices, machine, catalog, workers).run(plan, control, meter);
            case VERIFY -> verify(only(plan, Step.VerifyImage.class), 1, control, meter);
            case WRITE_STICK -> new StickJob(devices, machine).run(plan, control, meter);
        };
    }

    private Outcome capture(Plan plan, JobControl control, Meter meter) throws RescueException, JobFailure {
        Step.StoreImage image = only(plan, Step.StoreImage.class);
        String path = path(plan, Precondition.Role.SOURCE);
        ImageSummary summary;
        List<String> unreadable;
        try (BlockDevice source = devices.openSource(path);
                DeviceOpener.SourceGuard guard = devices.protectSource(path)) {
            new Preconditions(machine).check(plan, Precondition.Role.SOURCE, source);
            ImageHeader header = ImageHeader.full(
                    UUID.randomUUID(),
                    UUID.randomUUID(),
                    BlockSize.DEFAULT,
                    HashAlgorithm.XXH3_128,
                    random.nextLong(),
                    image.description().created());
            CaptureJob job =
                    new CaptureJob(source, steps(plan, Step.ReadStream.class), header, image.level(), meter, control);
            summary = write(image, header, job);
            unreadable = job.unreadable();
        }
        List<Step.VerifyImage> verifications = steps(plan, Step.VerifyImage.class);
        for (Step.VerifyImage verification : verifications) {
            Outcome verified = verify(verification, plan.steps().indexOf(verification) + 1, control, meter);
            if (verified.state() == JobState.DAMAGED) {
                return new Outcome(
                        JobState.FAILED,
                        "The image was written, but does not read back as it should. Do not rely on it.",
                        verified.details(),
                        List.of("Check the health of the place's disk, and capture again to another one."),
                        image.path());
            }
        }
        boolean readable = summary.state() == EndState.COMPLETE;
        String proof = verifications.isEmpty() ? "It was not verified, as asked." : "Every block was read back.";
        return new Outcome(
                readable ? JobState.COMPLETE : JobState.COMPLETE_WITH_UNREADABLE,
                (readable
                                ? "The image is complete. "
                                : "The image is complete but for sectors that could not be read. ")
                        + proof,
                unreadable,
                List.of("Keep the image on a disk that is not in this PC."),
                image.path());
    }

    private ImageSummary write(Step.StoreImage image, ImageHeader header, CaptureJob job)
            throws RescueException, JobFailure {
        ImageStore store = catalog.newStore(Path.of(image.directory()));
        try (ImageWriter writer = ImageWriter.create(store, image.name(), header, image.description())) {
            return write(writer, image, job);
        }
    }

    private ImageSummary write(ImageWriter writer, Step.StoreImage image, CaptureJob job) throws JobFailure {
        try {
            return job.run(writer, workers);
        } catch (RescueException e) {
            throw new JobFailure(
                    e,
                    "The image is incomplete and cannot be restored; what was written is kept as " + image.directory()
                            + "/" + ImageNames.partial(image.name()) + ". The source is unchanged.",
                    true);
        }
    }

    private Outcome verify(Step.VerifyImage step, int number, JobControl control, Meter meter) throws RescueException {
        Path path = Path.of(step.path());
        machine.forgetCached(step.path());
        Path name = path.getFileName();
        try (ImageReader image = ImageReader.open(catalog.storeOf(path), name == null ? "" : name.toString())) {
            meter.step(number, step.words(), image.totals().capturedBytes());
            List<String> damages = new VerifyJob(image, meter, control, workers).run(step.quick());
            meter.tell();
            if (!damages.isEmpty()) {
                return new Outcome(
                        JobState.DAMAGED,
                        "The image is damaged: " + damages.size() + " places do not match.",
                        damages,
                        List.of("Use another image; keep this one until you have one that verifies."),
                        step.path());
            }
            return verified(step, image);
        }
    }

    private static Outcome verified(Step.VerifyImage step, ImageReader image) {
        boolean readable = image.state() == EndState.COMPLETE;
        String checked = step.quick() ? "Its structure is whole" : "Every block of it is whole";
        String unreadable = ByteCount.text(image.totals().unreadableBytes());
        return new Outcome(
                readable ? JobState.COMPLETE : JobState.COMPLETE_WITH_UNREADABLE,
                readable
                        ? "The image can be restored. " + checked + "."
                        : checked + "; " + unreadable + " of the source could not be read when it was made.",
                image.repairs(),
                List.of(),
                step.path());
    }

    static String path(Plan plan, Precondition.Role role) {
        return plan.preconditions().stream()
                .filter(Precondition.DiskIs.class::isInstance)
                .map(Precondition.DiskIs.class::cast)
                .filter(disk -> disk.role() == role)
                .map(Precondition.DiskIs::path)
                .findFirst()
                .orElseThrow();
    }

    static <T extends Step> List<T> steps(Plan plan, Class<T> kind) {
        return plan.steps().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static <T extends Step> T only(Plan plan, Class<T> kind) {
        return steps(plan, kind).getFirst();
    }
}
