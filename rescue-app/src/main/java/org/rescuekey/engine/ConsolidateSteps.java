package org.rescuekey.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.container.ImageMerger;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;

/**
 * Carries out a consolidation or a retention. Before anything is deleted, the image that takes its place is finished,
 * has its name, and was read back. A cut at any moment leaves every restore point that stays: run again, it goes on.
 */
final class ConsolidateSteps {
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final Jobs jobs;
    private final Plan plan;
    private final JobControl control;
    private final Meter meter;
    private final List<String> done = new ArrayList<>();

    ConsolidateSteps(MachinePort machine, ImageCatalog catalog, Jobs jobs, Plan plan, JobControl control, Meter meter) {
        this.machine = machine;
        this.catalog = catalog;
        this.jobs = jobs;
        this.plan = plan;
        this.control = control;
        this.meter = meter;
    }

    Outcome run() throws RescueException, JobFailure {
        checkImages();
        control.checkpoint();
        try {
            for (int i = 0; i < plan.steps().size(); i++) {
                Step step = plan.steps().get(i);
                meter.step(i + 1, step.words(), 0);
                run(step, i + 1);
            }
        } catch (RescueException e) {
            throw new JobFailure(e, consequence(), JobState.INCOMPLETE);
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
        return "No image was deleted before what takes its place was proven. Run it again to go on."
                + (done.isEmpty() ? "" : " Done so far: " + String.join(" ", done));
    }

    /** Each image is the one that was planned for. */
    private void checkImages() throws RescueException {
        for (Precondition condition : plan.preconditions()) {
            if (condition instanceof Precondition.ImageIs expected) {
                boolean same = catalog.facts(Path.of(expected.path())).imageId().equals(expected.imageId())
                        && catalog.facts(Path.of(expected.path())).rootHash().equals(expected.rootHash());
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
        ImageStore store = catalog.storeOf(Path.of(step.directory(), step.name()));
        try (ImageReader top = ImageReader.openLocked(store, step.merged().getFirst())) {
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
        }
        done.add(step.name() + " was made.");
    }

    private void verify(Step.VerifyImage step, int number) throws RescueException {
        Path path = Path.of(step.path());
        try (ImageReader image = ImageReader.openLocked(catalog.storeOf(path), String.valueOf(path.getFileName()))) {
            if (image.isLocked()) {
                machine.forgetCached(step.path());
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
            ImageStore store = catalog.storeOf(Path.of(step.directory(), name));
            control.checkpoint();
            store.delete(name);
            for (String report : List.of(name + ".report.json", name + ".report.txt")) {
                if (store.exists(report)) {
                    store.delete(report);
                }
            }
            store.sync();
            done.add(name + " was deleted.");
        }
    }
}
