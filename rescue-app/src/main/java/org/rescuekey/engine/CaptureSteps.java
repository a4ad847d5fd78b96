package org.rescuekey.engine;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.FormatVersionException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.EndState;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.container.ImageWriter;
import org.rescuekey.image.container.ResumePoint;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;

/**
 * Carries out a capture: opens and protects the source, checks everything again, reads it into a new image, and proves
 * the image. Until the image has its end it says itself that it is incomplete.
 */
final class CaptureSteps {
    /** What has come of a full image tells what is to come from a twentieth on; changes may lie close together. */
    private static final int BLOCKS_TO_JUDGE_BY = 20;

    private static final int CHANGES_TO_JUDGE_BY = 4;

    private final DeviceOpener devices;
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final Jobs jobs;
    private final SetKeys keys;
    private final SecureRandom random;
    private final int workers;

    CaptureSteps(
            DeviceOpener devices,
            MachinePort machine,
            ImageCatalog catalog,
            Jobs jobs,
            SetKeys keys,
            SecureRandom random,
            int workers) {
        this.devices = devices;
        this.machine = machine;
        this.catalog = catalog;
        this.jobs = jobs;
        this.keys = keys;
        this.random = random;
        this.workers = workers;
    }

    /** A finished image that is not proven yet, and where it is. */
    record Captured(Destinations places, EndState state, List<String> unreadable, List<FilesHit.Unreadable> parts) {
        /** The same with the names of the files that could not be read as a whole. */
        Captured naming(FilesHit files) throws CancelledException {
            List<String> all = new ArrayList<>(unreadable);
            all.addAll(files.sentences(parts));
            return new Captured(places, state, all, parts);
        }
    }

    Outcome run(Plan plan, JobControl control, Meter meter) throws RescueException, JobFailure {
        Captured captured = capture(plan, Jobs.only(plan, Step.StoreImage.class), control, meter);
        return new CaptureProof(plan, captured, catalog, jobs, control, meter).run();
    }

    private Captured capture(Plan plan, Step.StoreImage image, JobControl control, Meter meter)
            throws RescueException, JobFailure {
        String path = Jobs.path(plan, Precondition.Role.SOURCE);
        Captured captured = null;
        try (ReopenableSource source = CaptureSources.open(devices, machine, plan, path);
                DeviceOpener.SourceGuard guard = devices.protectSource(path, Jobs.streams(plan))) {
            new Preconditions(machine).check(plan, Precondition.Role.SOURCE, source);
            Surveyor.requireCovered(source, machine.find(path).disk(), Jobs.steps(plan, Step.ReadStream.class));
            captured = resumed(plan, image, source, control, meter).orElse(null);
            if (captured == null) {
                captured = begun(plan, image.as(image.name()), source, control, meter);
            }
            captured = captured.naming(new FilesHit(source, meter, control));
        } catch (RescueException e) {
            throw unprovenIfMade(captured, e);
        } catch (RuntimeException | Error e) { // not even then nobody hears of an image that has its name by now
            if (captured == null) {
                throw e;
            }
            throw new JobFailure(e, captured.places().unproven(), JobState.FAILED);
        }
        return captured;
    }

    private Captured begun(Plan plan, Step.StoreImage image, ReopenableSource source, JobControl control, Meter meter)
            throws RescueException, JobFailure {
        return image.parent().isPresent()
                ? child(plan, image, image.parent().get(), source, control, meter)
                : full(plan, image, source, control, meter);
    }

    /** Goes on with an unfinished image; empty if there is none, or none that still is of this source. */
    private Optional<Captured> resumed(
            Plan plan, Step.StoreImage image, ReopenableSource source, JobControl control, Meter meter)
            throws RescueException, JobFailure {
        if (image.resumed().isEmpty()) {
            return Optional.empty();
        }
        Step.ResumedImage of = image.resumed().get();
        String partial = ImageNames.partial(of.name());
        meter.note("Looking through what " + partial + " holds.");
        try (ResumePoint point = resumePoint(image.as(of.name()), control)) {
            if (!point.header().imageId().equals(of.imageId())) {
                meter.note(partial + " is no longer the image that was planned for; a new one is begun.");
                return Optional.empty();
            }
            return resumed(plan, image.as(of.name()), point, source, control, meter);
        } catch (IntegrityException | MalformedDataException | FormatVersionException e) {
            meter.note("Nothing can be gone on with, a new image is begun: " + e.getMessage());
            return Optional.empty();
        }
    }

    private ResumePoint resumePoint(Step.StoreImage image, JobControl control) throws RescueException, JobFailure {
        ImageStore store;
        try {
            store = catalog.newStore(Path.of(image.directory()));
        } catch (RescueException e) {
            throw CaptureEnds.nothingMade(e);
        }
        try {
            return ResumePoint.open(store, ImageNames.partial(image.name()), keys.keysFor(image), control::checkpoint);
        } catch (CancelledException | DeviceException e) {
            throw CaptureEnds.unfinished(store, image, e);
        }
    }

    private Optional<Captured> resumed(
            Plan plan,
            Step.StoreImage image,
            ResumePoint point,
            ReopenableSource source,
            JobControl control,
            Meter meter)
            throws RescueException, JobFailure {
        try (ImageReader parent =
                        image.parent().isPresent() ? parent(plan, image.parent().get()) : null;
                SetKeys.Sealing sealing = keys.sealing(image)) {
            List<Step.ReadStream> streams = Jobs.steps(plan, Step.ReadStream.class);
            Set<Integer> compared =
                    image.parent().isPresent() ? image.parent().get().streams() : Set.of();
            LevelChooser levels = LevelChooser.of(image.level(), workers);
            CaptureJob job = new CaptureJob(
                    CaptureSources.goneOnWith(image, point, source, streams, meter),
                    point.header(),
                    sealing.seal(),
                    levels::next,
                    parent,
                    compared,
                    point,
                    meter,
                    control);
            try {
                return Optional.of(write(
                        plan,
                        image,
                        job,
                        levels,
                        meter,
                        places -> ImageWriter.resume(places.store(), image.name(), point, parent, sealing.seal())));
            } catch (JobFailure e) {
                if (!job.isSourceChanged()) {
                    throw e;
                }
                meter.note(e.reason().getMessage() + " A new image is begun; " + ImageNames.partial(image.name())
                        + " is left as it is.");
                return Optional.empty();
            }
        }
    }

    /** The parent is what it was when it was planned, or nothing is written. */
    private ImageReader parent(Plan plan, Step.ParentImage of) throws RescueException {
        ImageReader parent = catalog.open(Path.of(of.path()));
        try {
            new Preconditions(machine).check(plan, parent);
            return parent;
        } catch (RescueException | RuntimeException e) {
            parent.close();
            throw e;
        }
    }

    /** So are those of the same image in the other places. */
    private void checkFurtherParents(Plan plan) throws RescueException {
        for (Step.AlsoStore also : Jobs.steps(plan, Step.AlsoStore.class)) {
            if (also.parentPath().isPresent()) {
                try (ImageReader parent = catalog.open(Path.of(also.parentPath().get()))) {
                    new Preconditions(machine).check(plan, parent);
                }
            }
        }
    }

    private SetKeys.Sealing sealing(Plan plan, Step.StoreImage image) throws RescueException {
        for (Step.AlsoStore also : Jobs.steps(plan, Step.AlsoStore.class)) {
            keys.requireSameSlots(image, also.directory());
        }
        return keys.sealing(image);
    }

    private Captured full(Plan plan, Step.StoreImage image, ReopenableSource source, JobControl control, Meter meter)
            throws RescueException, JobFailure {
        ImageHeader plain = ImageHeader.full(
                        UUID.randomUUID(),
                        image.setId(),
                        BlockSize.DEFAULT,
                        HashAlgorithm.XXH3_128,
                        random.nextLong(),
                        image.description().created())
                .withPartLimit(image.partLimitBytes());
        List<Step.ReadStream> streams = Jobs.steps(plan, Step.ReadStream.class);
        try (SetKeys.Sealing sealing = sealing(plan, image)) {
            ImageHeader header = sealing.of(plain);
            LevelChooser levels = LevelChooser.of(image.level(), workers);
            CaptureJob job = new CaptureJob(
                    CaptureSources.begun(image, source, streams, meter),
                    header,
                    sealing.seal(),
                    levels::next,
                    null,
                    Set.of(),
                    null,
                    meter,
                    control);
            return write(
                    plan,
                    image,
                    job,
                    levels,
                    meter,
                    places -> ImageWriter.create(
                            places.store(), image.name(), header, image.description(), sealing.seal()));
        }
    }

    private Captured child(
            Plan plan,
            Step.StoreImage image,
            Step.ParentImage of,
            ReopenableSource source,
            JobControl control,
            Meter meter)
            throws RescueException, JobFailure {
        checkFurtherParents(plan);
        try (ImageReader parent = parent(plan, of);
                SetKeys.Sealing sealing = sealing(plan, image)) {
            ImageHeader header = sealing.of(ImageHeader.child(
                            UUID.randomUUID(),
                            of.kind(),
                            parent.link(),
                            parent.header(),
                            image.description().created())
                    .withPartLimit(image.partLimitBytes()));
            List<Step.ReadStream> streams = Jobs.steps(plan, Step.ReadStream.class);
            LevelChooser levels = LevelChooser.of(image.level(), workers);
            CaptureJob job = new CaptureJob(
                    CaptureSources.begun(image, source, streams, meter),
                    header,
                    sealing.seal(),
                    levels::next,
                    parent,
                    of.streams(),
                    null,
                    meter,
                    control);
            return write(
                    plan,
                    image,
                    job,
                    levels,
                    meter,
                    places -> places.withParents(
                            ImageWriter.createChild(
                                    places.store(), image.name(), header, image.description(), parent, sealing.seal()),
                            catalog));
        }
    }

    /** Even the closing of a source that has been captured can fail; the image is there all the same. */
    private static RescueException unprovenIfMade(@Nullable Captured captured, RescueException e) throws JobFailure {
        if (captured != null) {
            throw new JobFailure(e, captured.places().unproven(), JobState.FAILED);
        }
        return e;
    }

    /** Begins the image in its places. */
    @FunctionalInterface
    private interface Beginning {
        ImageWriter in(Destinations places) throws RescueException;
    }

    private Captured write(
            Plan plan, Step.StoreImage image, CaptureJob job, LevelChooser levels, Meter meter, Beginning beginning)
            throws JobFailure {
        Destinations places = Destinations.of(plan, image, catalog, meter);
        long used = Jobs.steps(plan, Step.ReadStream.class).stream()
                .mapToLong(stream -> stream.used().totalBytes())
                .sum();
        long judgeFrom = used / (image.parent().isPresent() ? CHANGES_TO_JUDGE_BY : BLOCKS_TO_JUDGE_BY);
        RoomWatch room = new RoomWatch(places::written, used, judgeFrom, meter::note, RoomWatch.LOOK_EVERY_BYTES);
        try (ImageWriter writer = beginning.in(places)) {
            EndState state = job.run(writer, workers, room).state();
            levels.words().ifPresent(meter::note);
            return new Captured(places, state, job.unreadable(), job.unreadableParts());
        } catch (RescueException | RuntimeException | Error e) { // a mistake, too, ends with what is left of the image
            throw places.unfinished(e);
        }
    }
}
