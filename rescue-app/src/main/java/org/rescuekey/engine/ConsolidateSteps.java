package org.rescuekey.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.container.ImageMerger;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;

/**
 * Carries out a consolidation or a retention. Before anything is deleted, the image that takes its place is finished,
 * has its name, and was read back, and the set holds nothing that was not planned for. A cut at any moment leaves every
 * restore point that stays: run again, it goes on.
 */
final class ConsolidateSteps {
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final Jobs jobs;
    private final Plan plan;
    private final JobControl control;
    private final Meter meter;
    private final Precondition.SetIs planned;
    private final ImageStore store;
    private final SetWatch watch;
    private final List<String> done = new ArrayList<>();

    ConsolidateSteps(MachinePort machine, ImageCatalog catalog, Jobs jobs, Plan plan, JobControl control, Meter meter) {
        this.machine = machine;
        this.catalog = catalog;
        this.jobs = jobs;
        this.plan = plan;
        this.control = control;
        this.meter = meter;
        planned = plan.preconditions().stream()
                .filter(Precondition.SetIs.class::isInstance)
                .map(Precondition.SetIs.class::cast)
                .findFirst()
                .orElseThrow();
        store = catalog.storeIn(Path.of(planned.directory()));
        watch = new SetWatch(planned, store);
    }

    Outcome run() throws RescueException, JobFailure {
        machine.openForWriting(planned.directory());
        watch.check();
        checkImages();
        control.checkpoint();
        try {
            for (int i = 0; i < plan.steps().size(); i++) {
                Step step = plan.steps().get(i);
                meter.step(i + 1, step.words(), 0);
                run(step, i + 1);
            }
        } catch (CancelledException | DeviceException e) {
            throw new JobFailure(e, consequence() + " Run again, it goes on.", JobState.INCOMPLETE);
        } catch (RescueException | RuntimeException | Error e) { // a mistake, too, ends with what has become of the set
            throw new JobFailure(e, consequence(), JobState.FAILED);
        }
        return new Outcome(
                JobState.COMPLETE,
                plan.steps().isEmpty()
                        ? "Nothing had to be done."
                        : "The set is in order. Every restore point that stays can be restored.",
                done,
                List.of(),
                "");
    }

    private String consequence() {
        return "No image was deleted before what takes its place was proven. "
                + (done.isEmpty() ? "Nothing was made or deleted." : "Done so far: " + String.join(" ", done));
    }

    /** Each image is the one that was planned for. */
    private void checkImages() throws RescueException {
        for (Precondition condition : plan.preconditions()) {
            if (condition instanceof Precondition.ImageIs expected) {
                ImageFacts now = catalog.facts(Path.of(expected.path()));
                boolean same = now.imageId().equals(expected.imageId())
                        && now.rootHash().equals(expected.rootHash());
                if (!same) {
                    throw new RefusedException(
                            expected.path() + " is no longer the image that was planned for.",
                            "Nothing was written. Plan again.");
                }
            }
        }
    }

    private void run(Step step, int number) throws RescueException {
        switch (step) {
            case Step.MergeImages merge -> merge(merge, number);
            case Step.VerifyImage verify -> verify(verify, number);
            case Step.DeleteImages delete -> delete(delete);
            default -> throw new IllegalStateException("no step of a consolidation: " + step.words());
        }
    }

    private void merge(Step.MergeImages step, int number) throws RescueException {
        Path path = Path.of(step.directory(), step.merged().getFirst());
        try (ImageReader top = catalog.openStructure(path)) {
            List<ImageLink> merged = top.links().stream()
                    .filter(link -> step.merged().contains(link.name()))
                    .toList();
            if (merged.size() != step.merged().size()) {
                throw new RefusedException(
                        step.merged().getFirst() + " does not build on all of " + step.merged() + ".", "Plan again.");
            }
            meter.step(number, step.words(), top.totals().capturedBytes());
            ImageSummary made = ImageMerger.merge(store, top, merged, step.name(), entry -> {
                control.checkpoint();
                meter.done(entry.plainBytes());
            });
            meter.written(made.fileBytes());
        } catch (RescueException | RuntimeException | Error e) {
            tellIfMade(step.name());
            throw e;
        }
        watch.made(step.name());
        done.add(step.name() + " was made.");
    }

    /** Even the last flush of an image that is whole can fail. */
    private void tellIfMade(String name) throws RescueException {
        if (store.exists(name)) {
            done.add(name + " was made, but whether all of it is on the medium is not known.");
        }
    }

    private void verify(Step.VerifyImage step, int number) throws RescueException {
        Path path = Path.of(step.path());
        try (ImageReader image = catalog.openStructure(path)) {
            if (image.isLocked()) {
                for (String file : image.files()) {
                    machine.forgetCached(path.resolveSibling(file).toString());
                }
                meter.step(number, step.words(), image.totals().capturedBytes());
                ImageMerger.check(image, entry -> {
                    control.checkpoint();
                    meter.done(entry.plainBytes());
                });
                done.add(step.path() + " was read back; its content is sealed, so only its checksums were compared.");
                return;
            }
        }
        Outcome outcome = jobs.verify(step, number, control, meter);
        if (outcome.state() == JobState.DAMAGED) {
            throw new IntegrityException(step.path() + " does not read back as it should: "
                    + String.join(" ", outcome.details()) + " Nothing that it stands for was deleted.");
        }
    }

    private void delete(Step.DeleteImages step) throws RescueException {
        for (String name : step.names()) {
            control.checkpoint();
            if (ImageNames.isPartial(name)) {
                requireMerger(name);
            }
            if (!ImageNames.isDeleting(name)) {
                watch.putAside(name);
            }
            String image = ImageNames.kept(name);
            for (String beside : List.of(
                    image + ".report.html", image + ".report.json", image + ".report.txt", image + MapFile.SUFFIX)) {
                if (store.exists(beside)) {
                    store.delete(beside);
                }
            }
            // Last: as long as it is there, it is known what else has to go.
            store.delete(ImageNames.deleting(image));
            store.sync();
            done.add(image + " was deleted.");
        }
    }

    /** What a capture left is never deleted, and what is written at this moment neither. */
    private void requireMerger(String name) throws RescueException {
        if (!BegunImages.isOfMerger(store, name)) {
            throw new RefusedException(name + " is no longer what it was when it was planned.", "Plan again.");
        }
        store.append(name).close();
    }
}
