package org.rescuekey.engine;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;
import org.rescuekey.units.ByteCount;

/** Carries out the steps of plans, each job with its devices opened, checked and closed in the right order. */
final class Jobs {
    /** What who has the key can say of an encrypted image whose index was made without it. */
    static final String NOT_PROVEN =
            "Its index was made without the password, by a recovery or a consolidation: each block is"
                    + " authentic, but not that none is missing or from an older image of the set.";

    private final DeviceOpener devices;
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final SetKeys keys;
    private final SecureRandom random;
    private final int workers;
    private final ViewTools views;

    Jobs(
            DeviceOpener devices,
            MachinePort machine,
            ImageCatalog catalog,
            SetKeys keys,
            SecureRandom random,
            int workers,
            ViewTools views) {
        this.devices = devices;
        this.machine = machine;
        this.catalog = catalog;
        this.keys = keys;
        this.random = random;
        this.workers = workers;
        this.views = views;
    }

    /** The same with every call to a device or place seen. */
    Jobs watchedBy(DeviceWatch watch) {
        return new Jobs(
                new WatchedDevices(devices, watch), machine, catalog.watchedBy(watch), keys, random, workers, views);
    }

    Outcome run(ConfirmedPlan confirmed, JobControl control, Meter meter) throws RescueException, JobFailure {
        Plan plan = confirmed.plan();
        return switch (plan.kind()) {
            case CAPTURE ->
                new CaptureSteps(devices, machine, catalog, this, keys, random, workers).run(plan, control, meter);
            case RESTORE ->
                new RestoreSteps(devices, machine, catalog, random, workers, views, plan, control, meter).run();
            case CLONE -> new CloneSteps(devices, machine, random, workers, views, plan, control, meter).run();
            case VERIFY -> verify(only(plan, Step.VerifyImage.class), 1, control, meter);
            case CONSOLIDATE, PRUNE -> new ConsolidateSteps(machine, catalog, this, plan, control, meter).run();
            case WRITE_STICK -> new StickJob(devices, machine).run(plan, control, meter);
        };
    }

    /** Verifies an image as a job of its own, or as a step of one. */
    Outcome verify(Step.VerifyImage step, int number, JobControl control, Meter meter) throws RescueException {
        Path path = Path.of(step.path());
        try (ImageReader image = step.quick() ? catalog.openStructure(path) : catalog.open(path)) {
            for (String file : image.files()) {
                machine.forgetCached(path.resolveSibling(file).toString());
            }
            long bytes = step.ownOnly()
                    ? image.summary().fileBytes()
                    : image.totals().capturedBytes();
            meter.step(number, step.words(), step.quick() ? 0 : bytes);
            VerifyJob job = new VerifyJob(image, meter, control, workers);
            List<String> damages = job.run(step.quick(), step.ownOnly());
            meter.tell();
            return damages.isEmpty() ? verified(step, image) : damaged(step, job, damages);
        }
    }

    private static Outcome damaged(Step.VerifyImage step, VerifyJob job, List<String> damages) {
        String places = job.damageCount() == 1 ? "1 place does" : job.damageCount() + " places do";
        boolean whole = job.isRestorable() && !step.quick();
        return new Outcome(
                JobState.DAMAGED,
                "The image is damaged: " + places + " not match."
                        + (whole ? " Every block is whole and can be restored." : ""),
                damages,
                List.of(
                        whole
                                ? "Capture again while you can; the medium that holds this image may be failing."
                                : "Use another image; keep this one until you have one that verifies. If a file of it is"
                                        + " missing, put that back. What is whole of it comes back by \"restore"
                                        + " --accept-damage\"."),
                step.path());
    }

    private static Outcome verified(Step.VerifyImage step, ImageReader image) {
        boolean readable = image.state() == EndState.COMPLETE;
        String checked = step.quick()
                ? "The structure of the image is whole; none of its blocks was read"
                : "Every block of it is whole";
        String unreadable = ByteCount.text(image.totals().unreadableBytes());
        List<String> limits = new ArrayList<>();
        if (image.isLocked()) {
            limits.add("It was checked without its password: that nobody changed it on purpose is not proven.");
        } else if (!image.isIndexProven()) {
            limits.add(NOT_PROVEN);
        }
        return new Outcome(
                readable ? JobState.COMPLETE : JobState.COMPLETE_WITH_UNREADABLE,
                readable
                        ? (step.quick() ? "" : "The image can be restored. ") + checked + "."
                        : checked + "; " + unreadable + " of the source could not be read when it was made.",
                limits,
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

    /** The streams that a plan reads: the numbers of partitions, and 0 for what lies outside them. */
    static List<Integer> streams(Plan plan) {
        return steps(plan, Step.ReadStream.class).stream()
                .map(Step.ReadStream::stream)
                .toList();
    }

    static <T extends Step> List<T> steps(Plan plan, Class<T> kind) {
        return plan.steps().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static <T extends Step> T only(Plan plan, Class<T> kind) {
        return steps(plan, kind).getFirst();
    }
}
