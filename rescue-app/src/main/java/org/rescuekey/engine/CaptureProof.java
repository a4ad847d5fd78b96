package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.rescuekey.engine.CaptureSteps.Captured;
import org.rescuekey.engine.Destinations.Destination;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Step;

/**
 * Reads a captured image back in each of its places, and says how the capture ended: complete only if the image is proven in
 * all of them.
 */
final class CaptureProof {
    private static final String KEEP_APART = "Keep the image on a disk that is not in this PC.";

    private final Plan plan;
    private final Captured captured;
    private final ImageCatalog catalog;
    private final Jobs jobs;
    private final JobControl control;
    private final Meter meter;
    private final List<Step.VerifyImage> verifications;

    CaptureProof(Plan plan, Captured captured, ImageCatalog catalog, Jobs jobs, JobControl control, Meter meter) {
        this.plan = plan;
        this.captured = captured;
        this.catalog = catalog;
        this.jobs = jobs;
        this.control = control;
        this.meter = meter;
        this.verifications = Jobs.steps(plan, Step.VerifyImage.class);
    }

    Outcome run() throws JobFailure {
        List<Destination> places = captured.places().all();
        return places.size() == 1 ? inOne(places.getFirst()) : inSeveral(places);
    }

    private Outcome inOne(Destination place) throws JobFailure {
        if (!verifications.isEmpty()) {
            Outcome verified = verify(place, 0);
            if (verified.state() == JobState.DAMAGED) {
                List<String> details = new ArrayList<>(List.of(CaptureEnds.setAside(catalog, place.image())));
                details.addAll(verified.details());
                return new Outcome(
                        JobState.FAILED,
                        "The image was written, but does not read back as it should. Do not rely on it.",
                        details,
                        List.of("Check the health of the place's disk, and capture again to another one."),
                        "");
            }
        }
        return new Outcome(
                state(),
                (isReadable()
                                ? "The image is complete. "
                                : "The image is complete but for sectors that could not be read. ")
                        + proof(),
                captured.unreadable(),
                nextSteps(place.image()),
                place.image().path());
    }

    private Outcome verify(Destination place, int index) throws JobFailure {
        Step.StoreImage image = place.image();
        Step.VerifyImage step = verifications.get(index);
        try {
            return jobs.verify(
                    new Step.VerifyImage(image.path(), step.quick(), step.ownOnly()),
                    plan.steps().indexOf(step) + 1,
                    control,
                    meter);
        } catch (CancelledException e) {
            throw new JobFailure(e, CaptureEnds.unproven(image), JobState.FAILED);
        } catch (RescueException e) {
            throw new JobFailure(
                    e,
                    "The image was written, but not read back. " + CaptureEnds.setAside(catalog, image),
                    JobState.FAILED);
        } catch (RuntimeException | Error e) { // a mistake in the proof says nothing of the image: it keeps its name
            throw new JobFailure(e, CaptureEnds.unproven(image), JobState.FAILED);
        }
    }

    /** One place after the other; what is wrong with one does not keep the others from being proven. */
    private Outcome inSeveral(List<Destination> places) throws JobFailure {
        List<String> complete = new ArrayList<>();
        List<String> details = new ArrayList<>();
        List<String> next = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Destination place = places.get(i);
            RescueException failure = place.failure();
            if (failure != null) {
                details.add("Not complete in " + place.image().directory() + ": " + failure.getMessage() + ". "
                        + place.unfinished(failure).consequence());
                next.add(nextStep(place, failure));
                continue;
            }
            try {
                List<String> damages = damages(place, i);
                if (damages.isEmpty()) {
                    complete.add(place.image().path());
                    details.add("Complete: " + place.image().path() + ".");
                } else {
                    details.add("Not complete in " + place.image().directory()
                            + ": the image does not read back as it should. "
                            + CaptureEnds.setAside(catalog, place.image()));
                    details.addAll(damages);
                    next.add("Check the health of the disk of " + place.image().directory() + ".");
                }
            } catch (JobFailure e) {
                if (e.reason() instanceof CancelledException || !(e.reason() instanceof RescueException)) {
                    throw withTheOthers(e, details, places.subList(i + 1, places.size()));
                }
                details.add("Not complete in " + place.image().directory() + ": "
                        + e.reason().getMessage() + ". " + e.consequence());
                next.add("Check the cable and the health of the disk of "
                        + place.image().directory() + ".");
            }
        }
        return outcome(places, complete, details, next);
    }

    private List<String> damages(Destination place, int index) throws JobFailure {
        if (verifications.isEmpty()) {
            return List.of();
        }
        Outcome verified = verify(place, index);
        return verified.state() == JobState.DAMAGED ? verified.details() : List.of();
    }

    private static String nextStep(Destination place, RescueException failure) {
        boolean isFull = failure instanceof DeviceException device && device.isOutOfSpace();
        return (isFull ? "Make room in " : "See what is wrong with ")
                + place.image().directory() + ", then capture to that place alone.";
    }

    /** What is known of the places that were looked at, and of those that nobody will look at any more. */
    private static JobFailure withTheOthers(JobFailure end, List<String> before, List<Destination> behind) {
        List<String> words = new ArrayList<>(before);
        words.add(end.consequence());
        for (Destination place : behind) {
            RescueException failure = place.failure();
            words.add(
                    failure == null
                            ? CaptureEnds.unproven(place.image())
                            : place.unfinished(failure).consequence());
        }
        return new JobFailure(end.reason(), String.join(" ", words), end.state());
    }

    private Outcome outcome(List<Destination> places, List<String> complete, List<String> details, List<String> next) {
        details.addAll(captured.unreadable());
        if (complete.size() == places.size()) {
            return new Outcome(
                    state(),
                    "The image is complete" + (isReadable() ? "" : " but for sectors that could not be read")
                            + " in all " + places.size() + " places. " + proof(),
                    details,
                    nextSteps(places.getFirst().image()),
                    complete.getFirst());
        }
        if (complete.isEmpty()) {
            return new Outcome(JobState.FAILED, "The image is not proven in any of its places.", details, next, "");
        }
        String missing = places.stream()
                .filter(place -> !complete.contains(place.image().path()))
                .map(place -> place.image().directory())
                .collect(Collectors.joining(" and "));
        return new Outcome(
                JobState.INCOMPLETE,
                "The image is complete" + (isReadable() ? "" : " but for sectors that could not be read") + " as "
                        + String.join(" and ", complete) + ", but not in " + missing + ".",
                details,
                next,
                complete.getFirst());
    }

    /** @param image the one that a map lies beside, where there was trouble */
    private List<String> nextSteps(Step.StoreImage image) {
        List<String> steps = new ArrayList<>(List.of(KEEP_APART));
        if (!isReadable() && !image.encrypted()) {
            steps.add(image.path() + MapFile.SUFFIX + " maps what could not be read, in the format of GNU ddrescue.");
        }
        return steps;
    }

    private boolean isReadable() {
        return captured.state() == EndState.COMPLETE;
    }

    private JobState state() {
        return isReadable() ? JobState.COMPLETE : JobState.COMPLETE_WITH_UNREADABLE;
    }

    private String proof() {
        if (verifications.isEmpty()) {
            return "It was not verified, as asked.";
        }
        return verifications.getFirst().ownOnly()
                ? "Every block that it stores itself was read back; those that it takes over from older images were not read"
                        + " again (verify it to read all of them)."
                : "Every block was read back.";
    }
}
